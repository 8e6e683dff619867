package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// How long a client may take, and how much it may say. Nothing that is served
// is large, and nobody uploads anything.
const (
	headerPeriod   = 5 * time.Second
	readPeriod     = 10 * time.Second
	writePeriod    = 60 * time.Second
	idlePeriod     = 60 * time.Second
	closePeriod    = 5 * time.Second // for requests that are under way when the service stops
	maxHeaderBytes = 16 << 10
)

// Serve answers requests on the listener until the context ends, and then
// those that are under way. It closes the listener, and returns the context's
// error.
func Serve(ctx context.Context, listener net.Listener, handler http.Handler, log *slog.Logger) error {
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: headerPeriod,
		ReadTimeout:       readPeriod,
		WriteTimeout:      writePeriod,
		IdleTimeout:       idlePeriod,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		return fmt.Errorf("serve HTTP on %s: %w", listener.Addr(), err)
	case <-ctx.Done():
	}
	// The context has ended already; the last answers get a period of their own.
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), closePeriod)
	defer cancel()
	if err := server.Shutdown(last); err != nil {
		_ = server.Close()
		if !errors.Is(err, context.DeadlineExceeded) {
			return fmt.Errorf("stop HTTP on %s: %w", listener.Addr(), err)
		}
	}
	<-ended
	return ctx.Err()
}
