// Package servers starts real mail and database servers for tests: on
// loopback, in folders of their own, stopped when the test ends. A test whose
// server is not installed is skipped, unless MENTORPOST_TEST_REQUIRE_SERVERS=1
// says that it must be there.
package servers

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// startLimit bounds how long a server may take until it answers.
const startLimit = 30 * time.Second

// RequireVariable names the environment variable that turns skips into
// failures.
const RequireVariable = "MENTORPOST_TEST_REQUIRE_SERVERS"

// binary finds a program on the path or in the folders where Debian keeps
// those that are not on an ordinary user's path.
func binary(t testing.TB, name string, folders ...string) string {
	t.Helper()
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	for _, folder := range append(folders, "/usr/sbin", "/usr/local/sbin") {
		found, _ := filepath.Glob(filepath.Join(folder, name))
		if len(found) > 0 {
			return found[len(found)-1] // the newest version sorts last
		}
	}
	missing(t, name)
	return ""
}

// missing ends the test: skipped, or failed where servers are required.
func missing(t testing.TB, what string) {
	t.Helper()
	if os.Getenv(RequireVariable) == "1" {
		t.Fatalf("%s is not there, and %s=1", what, RequireVariable)
	}
	t.Skipf("%s is not there", what)
}

// account is the user that servers run as. PostgreSQL and an unprivileged
// Dovecot refuse root, so root starts them as nobody.
type account struct {
	name, group string
	uid, gid    uint32
}

func ordinary(t testing.TB) account {
	t.Helper()
	var found *user.User
	var err error
	if os.Getuid() == 0 {
		found, err = user.Lookup("nobody")
	} else {
		found, err = user.Current()
	}
	if err != nil {
		t.Fatalf("find a user for the server: %v", err)
	}
	uid, _ := strconv.ParseUint(found.Uid, 10, 32)
	gid, _ := strconv.ParseUint(found.Gid, 10, 32)
	group := found.Gid
	if named, err := user.LookupGroupId(found.Gid); err == nil {
		group = named.Name
	}
	return account{name: found.Username, group: group, uid: uint32(uid), gid: uint32(gid)}
}

// folder makes a folder that belongs to the account. t.TempDir would stand
// below one that only its maker can enter.
func (a account) folder(t testing.TB, name string) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "mentorpost-"+name+"-")
	if err != nil {
		t.Fatal(err)
	}
	if err := a.own(dir); err != nil {
		t.Fatalf("hand %s to %s: %v", dir, a.name, err)
	}
	return dir
}

// own gives a file to the account, which only root has to do.
func (a account) own(path string) error {
	if os.Getuid() != 0 {
		return nil
	}
	return os.Chown(path, int(a.uid), int(a.gid))
}

// write puts a file there that belongs to the account.
func (a account) write(t testing.TB, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := a.own(path); err != nil {
		t.Fatal(err)
	}
}

// process is a running server. A small shell stands between: it waits on a
// pipe from the test, stops the server when the pipe closes, and clears the
// folder. So nothing is left behind even when the test process is killed.
type process struct {
	command *exec.Cmd
	pipe    io.Closer
	dir     string
	gone    chan struct{}
}

const keeper = `signal=$1 dir=$2; shift 2
"$@" & child=$!
read -r _
kill -s "$signal" "$child" 2>/dev/null
wait "$child"
rm -rf "$dir"`

// start runs a server as an account; its output goes to DIR/output.log.
func (a account) start(t testing.TB, dir, signal string, command ...string) *process {
	t.Helper()
	log, err := os.Create(filepath.Join(dir, "output.log"))
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	shell := exec.Command("/bin/sh", append([]string{"-c", keeper, "keeper", signal, dir}, command...)...)
	shell.Dir, shell.Stdout, shell.Stderr = dir, log, log
	shell.Env = append(os.Environ(), "LC_ALL=C", "HOME="+dir)
	shell.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if os.Getuid() == 0 {
		shell.SysProcAttr.Credential = &syscall.Credential{Uid: a.uid, Gid: a.gid}
	}
	pipe, err := shell.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := shell.Start(); err != nil {
		t.Fatalf("start %s: %v", command[0], err)
	}
	p := &process{command: shell, pipe: pipe, dir: dir, gone: make(chan struct{})}
	go func() {
		shell.Wait()
		close(p.gone)
	}()
	return p
}

// stop ends the server and waits until it is gone.
func (p *process) stop() {
	p.pipe.Close()
	select {
	case <-p.gone:
	case <-time.After(10 * time.Second):
		syscall.Kill(-p.command.Process.Pid, syscall.SIGKILL)
		<-p.gone
		os.RemoveAll(p.dir)
	}
}

// output is what the server has printed, for the message of a failed test.
func (p *process) output() string {
	printed, _ := os.ReadFile(filepath.Join(p.dir, "output.log"))
	return string(printed)
}

// ready tries until the server answers, is gone, or the limit is reached.
func (p *process) ready(try func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), startLimit)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		err := try(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-p.gone:
			return fmt.Errorf("the server ended: %w\n%s", err, p.output())
		case <-ctx.Done():
			return fmt.Errorf("the server never answered: %w\n%s", err, p.output())
		case <-tick.C:
		}
	}
}

// greets tells whether a TCP server accepts and says its first word.
func greets(addr string) func(context.Context) error {
	return func(ctx context.Context) error {
		conn, err := (&net.Dialer{Timeout: time.Second}).DialContext(ctx, "tcp", addr)
		if err != nil {
			return err
		}
		defer conn.Close()
		conn.SetReadDeadline(time.Now().Add(time.Second))
		_, err = conn.Read(make([]byte, 1))
		return err
	}
}

// freePorts finds ports that nobody listens on now, all different. They lie
// below those that the system gives to outgoing connections, one of which
// might else take a port before its server does.
func freePorts(t testing.TB, count int) []int {
	t.Helper()
	const lowest, span, attempts = 20000, 12000, 100
	var ports []int
	for range attempts {
		port := lowest + rand.IntN(span)
		listener, err := net.Listen("tcp", loopback(port))
		if err != nil {
			continue // taken
		}
		defer listener.Close() // not before all are found
		if ports = append(ports, port); len(ports) == count {
			return ports
		}
	}
	t.Fatal("no free port was found")
	return nil
}

func loopback(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }
