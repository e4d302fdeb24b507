package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// process is a server that runs beside the measurement.
type process struct {
	cmd  *exec.Cmd
	base string
	dir  string // removed with it
}

// start runs a server on a free port; args may hold ADDR and DIR. It does not wait.
func start(program string, args ...string) (*process, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "openweek-bench-")
	if err != nil {
		return nil, err
	}
	addr := "127.0.0.1:" + port
	for i := range args {
		args[i] = strings.NewReplacer("ADDR", addr, "DIR", dir).Replace(args[i])
	}
	p := &process{cmd: exec.Command(program, args...), base: "http://" + addr, dir: dir}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	return p, nil
}

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, errors.Join(err, l.Close())
}

func (p *process) stop() error {
	err := p.cmd.Process.Signal(syscall.SIGTERM)
	_ = p.cmd.Wait() // how it ended is of no interest here
	return errors.Join(err, os.RemoveAll(p.dir))
}

// wait waits until a path is answered with 200.
func (p *process) wait(path string) error {
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(2 * time.Millisecond) {
		answer, err := http.Get(p.base + path)
		if err != nil {
			continue
		}
		_, err = io.Copy(io.Discard, answer.Body)
		if err := errors.Join(err, answer.Body.Close()); err != nil {
			return err
		}
		if answer.StatusCode == http.StatusOK {
			return nil
		}
		return fmt.Errorf("%s%s answers %d", p.base, path, answer.StatusCode)
	}
	return fmt.Errorf("%s does not answer", p.base)
}

// resident is the resident memory in MB.
func (p *process) resident() (float64, error) { return p.memory("VmRSS") }

// resetPeak makes VmHWM begin anew, and gives the resident memory in MB.
func (p *process) resetPeak() (float64, error) {
	if err := os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", p.cmd.Process.Pid), []byte("5"), 0); err != nil {
		return 0, err
	}
	return p.resident()
}

// memory is a figure of the kernel's in MB.
func (p *process) memory(name string) (float64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, name+":"); ok {
			kb, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 64)
			return kb / 1024, err
		}
	}
	return 0, errors.New("no " + name)
}

// starting measures the start in an empty data folder up to the first answered page, and what the
// process then takes while nothing happens.
func starting(program string, runs int) ([]row, error) {
	var empty, filled []time.Duration
	var idle []float64
	for range runs {
		for _, command := range []string{"serve", "demo"} {
			began := time.Now()
			p, err := start(program, command, "--addr", "ADDR", "--data", "DIR/data")
			if err != nil {
				return nil, err
			}
			path := "/healthz"
			if command == "demo" {
				path = "/"
			}
			if err := p.wait(path); err != nil {
				return nil, errors.Join(err, p.stop())
			}
			took := time.Since(began)
			if command == "demo" {
				filled = append(filled, took)
			} else {
				empty = append(empty, took)
				time.Sleep(2 * time.Second)
				mb, err := p.resident()
				if err != nil {
					return nil, errors.Join(err, p.stop())
				}
				idle = append(idle, mb)
			}
			if err := p.stop(); err != nil {
				return nil, err
			}
		}
	}
	return []row{
		{"start to first answer, empty data folder (serve)", "seconds", seconds(median(empty)), "< 2 s", "< 0.3 s"},
		{"start to first page, empty data folder, sample data made (demo)", "seconds", seconds(median(filled)), "< 2 s", "< 0.3 s"},
		{"memory, idle after start", "MB resident", fmt.Sprintf("%.0f MB", median(idle)), "80 MB", "40 MB"},
	}, nil
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.2f s", d.Seconds()) }

func median[T time.Duration | float64](list []T) T {
	sorted := slices.Sorted(slices.Values(list))
	return sorted[len(sorted)/2]
}
