package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/alecthomas/kong"

	"openweek/internal/errs"
)

// File is the flag that names the configuration file. It stands at the root of the grammar.
type File string

// BeforeResolve reads the file once its name is known from the command line or the environment.
func (File) BeforeResolve(ctx *kong.Context, trace *kong.Path) error {
	path := string(ctx.FlagValue(trace.Flag).(File))
	if path == "" {
		return nil
	}
	source, err := read(path)
	if err != nil {
		return err
	}
	ctx.AddResolver(source)
	return nil
}

// file gives the values of a TOML file to kong.
type file struct {
	path   string
	values map[string]any
}

func read(path string) (*file, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errs.NotFound("config.file_missing", "path", path).Because(err)
	}
	if err != nil {
		return nil, errs.Invalid("config.file_unreadable", "path", path).Because(err)
	}
	f := &file{path: path, values: map[string]any{}}
	if err := toml.Unmarshal(text, &f.values); err != nil {
		line := 0
		if at, ok := errors.AsType[toml.ParseError](err); ok {
			line = at.Position.Line
		}
		// Not even as a cause: the parser quotes what it cannot read, and that may be a password.
		return nil, errs.Invalid("config.file_malformed", "path", path, "line", line)
	}
	known := names()
	for name, value := range f.values {
		if !slices.Contains(known, name) {
			return nil, errs.Invalid("config.file_unknown", "path", path, "name", name)
		}
		if _, isTable := value.(map[string]any); isTable {
			return nil, errs.Invalid("config.file_unknown", "path", path, "name", name)
		}
	}
	return f, nil
}

// Validate is kong's; the names were checked against all settings when the file was read, because
// one file serves every command.
func (f *file) Validate(*kong.Application) error { return nil }

// Resolve gives a flag's value, unless the environment has one already.
func (f *file) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	for _, env := range flag.Envs {
		if _, set := os.LookupEnv(env); set {
			return nil, nil
		}
	}
	value, ok := f.values[flag.Name]
	if !ok {
		return nil, nil
	}
	switch v := value.(type) {
	case []any:
		items := make([]string, len(v))
		for i, item := range v {
			items[i] = fmt.Sprint(item)
		}
		return strings.Join(items, ","), nil
	case bool:
		return v, nil
	default:
		return fmt.Sprint(v), nil
	}
}

// Options are kong's options for a grammar that embeds Config or Store: environment names and
// translated help. translate gives the sentence for a message key.
func Options(translate func(key string) string) []kong.Option {
	return []kong.Option{
		kong.Vars{"data": "data"},
		kong.DefaultEnvars("OPENWEEK"),
		kong.PostBuild(func(k *kong.Kong) error {
			return kong.Visit(k.Model.Node, func(node kong.Visitable, next kong.Next) error {
				switch n := node.(type) {
				case *kong.Application:
					n.Help = help(n.Help, translate)
				case *kong.Node:
					n.Help = help(n.Help, translate)
				case *kong.Flag:
					n.Help = help(n.Help, translate)
				case *kong.Value:
					n.Help = help(n.Help, translate)
				}
				return next(nil)
			})
		}),
	}
}

// help leaves kong's own sentences alone: a key has a dot and no space.
func help(text string, translate func(string) string) string {
	if strings.Contains(text, ".") && !strings.Contains(text, " ") {
		return strings.ReplaceAll(translate(text), "$", "$$") // kong interpolates
	}
	return text
}

// flags lists the flags of Config in the order of its fields.
func flags(translate func(string) string) []*kong.Flag {
	parser := kong.Must(&Config{}, append(Options(translate), kong.NoDefaultHelp())...)
	return parser.Model.Flags
}

func names() []string {
	var list []string
	for _, f := range flags(func(key string) string { return key }) {
		list = append(list, f.Name)
	}
	return list
}

// Example is a documented configuration file in which every setting stands as a comment with its default.
func Example(translate func(key string) string) string {
	var b strings.Builder
	for _, f := range flags(translate) {
		for _, line := range strings.Split(f.Help, "\n") {
			fmt.Fprintf(&b, "# %s\n", line)
		}
		fmt.Fprintf(&b, "# --%s, %s\n", f.Name, strings.Join(f.Envs, ", "))
		fmt.Fprintf(&b, "#%s = %s\n\n", f.Name, example(f))
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func example(f *kong.Flag) string {
	switch {
	case f.IsBool():
		return "false"
	case f.IsSlice():
		return "[]"
	case f.HasDefault && f.Target.CanInt():
		return f.Default
	default:
		return fmt.Sprintf("%q", f.Default)
	}
}

// Language is the language that the terminal asks for, as an Accept-Language value: from LC_ALL,
// LC_MESSAGES or LANG ("zh_CN.UTF-8" → "zh-CN"); "" where none is set.
func Language() string {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if value := os.Getenv(name); value != "" {
			tag, _, _ := strings.Cut(value, ".")
			if tag == "C" || tag == "POSIX" {
				return "en"
			}
			return strings.ReplaceAll(tag, "_", "-")
		}
	}
	return ""
}
