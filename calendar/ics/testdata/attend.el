;; Answers the invitation in the file that is named first as the attendee that
;; is named second with the status that is named third, and prints the reply.
(require 'gnus-icalendar)
(let* ((file (pop command-line-args-left))
       (who (pop command-line-args-left))
       (status (intern (pop command-line-args-left))))
  (with-current-buffer (get-buffer-create "invitation")
    (let ((coding-system-for-read 'utf-8))
      (insert-file-contents file)))
  (let ((event (gnus-icalendar-event-from-buffer "invitation" (list who))))
    (princ (format ";%s|%s|%s|%s|%s\n"
                   (eieio-object-class-name event)
                   (gnus-icalendar-event:uid event)
                   (format-time-string "%Y-%m-%dT%H:%M:%SZ" (gnus-icalendar-event:start-time event) t)
                   (gnus-icalendar-event:rsvp event)
                   (gnus-icalendar-event:participation-type event))))
  (set-terminal-coding-system 'utf-8)
  (princ (gnus-icalendar-event-reply-from-buffer "invitation" status (list who))))
