package main

import (
	"bytes"
	"io"
	"net"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience is how long a test waits for what must come.
const patience = 30 * time.Second

// transcript is what a process has printed; tests wait for its words.
type transcript struct {
	mutex sync.Mutex
	text  []byte
	news  chan struct{} // closed and replaced at each word
}

func (w *transcript) Write(words []byte) (int, error) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.text = append(w.text, words...)
	if w.news != nil {
		close(w.news)
	}
	w.news = make(chan struct{})
	return len(words), nil
}

func (w *transcript) String() string {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	return string(w.text)
}

// await waits until the words have been printed that many times.
func (w *transcript) await(t testing.TB, words string, times int) {
	t.Helper()
	deadline := time.After(patience)
	for {
		w.mutex.Lock()
		if w.news == nil {
			w.news = make(chan struct{})
		}
		found, news := bytes.Count(w.text, []byte(words)), w.news
		w.mutex.Unlock()
		if found >= times {
			return
		}
		select {
		case <-news:
		case <-deadline:
			t.Fatalf("%q was printed %d times, want %d:\n%s", words, found, times, w)
		}
	}
}

// process is the program running by itself, so that it can be killed.
type process struct {
	command   *exec.Cmd
	out, errs transcript
	ended     chan struct{}
}

// start runs the program on a configuration.
func start(t testing.TB, config string, args ...string) *process {
	t.Helper()
	p := &process{ended: make(chan struct{})}
	p.command = exec.Command("mentorpost", append([]string{"-c", config}, args...)...)
	p.command.Stdout, p.command.Stderr = &p.out, &p.errs
	if err := p.command.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = p.command.Wait() // the state tells
		close(p.ended)
	}()
	t.Cleanup(func() {
		p.kill()
		<-p.ended
	})
	return p
}

// serve starts the daemon and waits until it serves.
func serve(t testing.TB, config string) *process {
	t.Helper()
	p := start(t, config, "serve")
	p.out.await(t, "serving", 1)
	return p
}

// kill is kill -9: the process has no time for anything.
func (p *process) kill() { _ = p.command.Process.Kill() }

// wait waits for the end and returns the exit code, -1 where it was killed.
func (p *process) wait(t testing.TB) int {
	t.Helper()
	select {
	case <-p.ended:
	case <-time.After(patience):
		t.Fatalf("the process does not end:\n%s", &p.errs)
	}
	return p.command.ProcessState.ExitCode()
}

// stop asks the process to end and tells how long that took.
func (p *process) stop(t testing.TB) time.Duration {
	t.Helper()
	asked := time.Now()
	if err := p.command.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if code := p.wait(t); code != exitDone {
		t.Errorf("exit %d after SIGTERM:\n%s", code, &p.errs)
	}
	return time.Since(asked)
}

// wire lies between the program and a server. It can be cut, and act
// when certain words pass towards the server.
type wire struct {
	addr, target string

	mutex   sync.Mutex
	open    map[net.Conn]bool
	refused chan struct{} // one entry for each connection that came while the wire was cut
	cut     bool          // new connections are closed at once
	words   []byte
	count   int // how often the words pass until the act
	passes  bool
	act     func()
}

// layWire puts a wire before a server.
func layWire(t testing.TB, target string) *wire {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{addr: listener.Addr().String(), target: target, open: map[net.Conn]bool{}, refused: make(chan struct{}, 100)}
	var running sync.WaitGroup
	running.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			running.Go(func() { w.connect(conn) })
		}
	})
	t.Cleanup(func() {
		listener.Close()
		w.sever()
		running.Wait()
	})
	return w
}

func (w *wire) connect(client net.Conn) {
	defer client.Close()
	w.mutex.Lock()
	cut := w.cut
	w.mutex.Unlock()
	if cut {
		select {
		case w.refused <- struct{}{}:
		default:
		}
		return
	}
	server, err := net.Dial("tcp", w.target)
	if err != nil {
		return
	}
	defer server.Close()
	w.mutex.Lock()
	w.open[client], w.open[server] = true, true
	w.mutex.Unlock()
	var back sync.WaitGroup
	back.Go(func() {
		_, _ = io.Copy(client, server)
		client.Close()
	})
	w.forward(server, client)
	server.Close()
	back.Wait()
	w.mutex.Lock()
	delete(w.open, client)
	delete(w.open, server)
	w.mutex.Unlock()
}

// forward carries what the program says, and looks for the words in it.
func (w *wire) forward(server io.Writer, client io.Reader) {
	buffer := make([]byte, 64<<10)
	var tail []byte // words may come in two pieces
	for {
		n, err := client.Read(buffer)
		if n > 0 {
			said := append(tail, buffer[:n]...)
			act, passes := w.tripped(said)
			if act != nil && !passes {
				act()
				return
			}
			if _, err := server.Write(buffer[:n]); err != nil {
				return
			}
			if act != nil {
				act()
			}
			tail = append([]byte(nil), said[max(0, len(said)-w.reach()):]...)
		}
		if err != nil {
			return
		}
	}
}

func (w *wire) reach() int {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	return max(0, len(w.words)-1)
}

func (w *wire) tripped(said []byte) (act func(), passes bool) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	if w.act == nil || !bytes.Contains(said, w.words) {
		return nil, false
	}
	if w.count--; w.count > 0 {
		return nil, false
	}
	act, w.act = w.act, nil
	return act, w.passes
}

// when has something done as the words pass for the given time: instead of
// them reaching the server, or, where they pass, after they have.
func (w *wire) when(words string, count int, passes bool, act func()) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.words, w.count, w.passes, w.act = []byte(words), count, passes, act
}

// sever closes every connection and refuses new ones until mend.
func (w *wire) sever() {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.cut = true
	for conn := range w.open {
		conn.Close()
	}
}

// awaitRefused waits until the program has come so often while the wire is cut.
func (w *wire) awaitRefused(t testing.TB, times int) {
	t.Helper()
	deadline := time.After(patience)
	for range times {
		select {
		case <-w.refused:
		case <-deadline:
			t.Fatal("the program has given up")
		}
	}
}

func (w *wire) mend() {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.cut = false
}

// through is the URL of a server by way of the wire before it.
func (w *wire) through(url string) string { return strings.Replace(url, w.target, w.addr, 1) }
