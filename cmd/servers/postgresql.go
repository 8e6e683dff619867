package servers

import (
	"context"
	"database/sql"
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	_ "github.com/lib/pq" // the driver that the store uses
)

// cluster is the one PostgreSQL of this test process; it ends with it.
var cluster struct {
	once     sync.Once
	server   *process
	base     string // URL of the cluster, without a database
	err      error
	database atomic.Int64
}

// PostgreSQL returns the URL of a fresh, empty database, dropped when the test
// ends. The cluster is started by the first test that asks.
func PostgreSQL(t testing.TB) string {
	t.Helper()
	folders := []string{"/usr/lib/postgresql/*/bin"}
	initdb, postgres := binary(t, "initdb", folders...), binary(t, "postgres", folders...)
	cluster.once.Do(func() { startCluster(t, initdb, postgres) })
	if cluster.server == nil || cluster.err != nil {
		t.Fatalf("start PostgreSQL: %v", cluster.err)
	}
	name := "test_" + strconv.FormatInt(cluster.database.Add(1), 10)
	if err := onCluster("CREATE DATABASE " + name); err != nil {
		t.Fatalf("make database: %v", err)
	}
	t.Cleanup(func() {
		if err := onCluster("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)"); err != nil {
			t.Errorf("drop database: %v", err)
		}
	})
	return cluster.base + name + "?sslmode=disable"
}

func startCluster(t testing.TB, initdb, postgres string) {
	a := ordinary(t)
	dir := a.folder(t, "postgresql")
	data := filepath.Join(dir, "data")
	port := strconv.Itoa(freePorts(t, 1)[0])
	// What a crash would lose does not matter here: fsync off is twice as fast.
	script := `"$1" --no-sync -D "$2" -U mentorpost -A trust -E UTF8 --locale=C >/dev/null &&
exec "$3" -D "$2" -c listen_addresses=127.0.0.1 -c port="$4" -c unix_socket_directories= \
	-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200`
	cluster.server = a.start(t, dir, "QUIT", "/bin/sh", "-c", script, "postgresql", initdb, data, postgres, port)
	cluster.base = "postgres://mentorpost@127.0.0.1:" + port + "/"
	cluster.err = cluster.server.ready(func(context.Context) error { return onCluster("SELECT 1") })
}

func onCluster(statement string) error {
	db, err := sql.Open("postgres", cluster.base+"postgres?sslmode=disable&connect_timeout=5")
	if err != nil {
		return err
	}
	defer db.Close()
	if _, err := db.Exec(statement); err != nil {
		return fmt.Errorf("%s: %w", statement, err)
	}
	return nil
}

// Dump is a database as pg_dump writes it out.
func Dump(t testing.TB, url string) []byte {
	t.Helper()
	out, err := exec.Command(binary(t, "pg_dump", "/usr/lib/postgresql/*/bin"), url).Output()
	if err != nil {
		t.Fatalf("dump database: %v", err)
	}
	return out
}
