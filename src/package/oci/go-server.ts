// Whole although long: one Go file as text, read from top to bottom.
import type { ModelFile } from "@millrace/program";
import { type CompiledFile, prefixOf } from "@millrace/program/compile";
import { goldenVectors } from "../golden/golden-vectors.ts";

export interface GoServerParts {
  readonly name: string;
  readonly version: string;
  readonly file: ModelFile;
  /** The Go export, which it is laid over. */
  readonly files: readonly CompiledFile[];
}

const goldenRowCount = 256;

/**
 * The Go export with an HTTP server of Go's standard library: the Open Inference Protocol and /invocations. It scores golden rows
 * when it starts, and does not listen where one comes out otherwise.
 */
export function goServer({ name, version, file, files }: GoServerParts): readonly CompiledFile[] {
  const golden = goldenVectors(file.program, file.tensors, goldenRowCount);
  const module = /^module (\S+)$/m.exec(String(files.find(({ path }) => path === "go.mod")!.content))![1]!;
  return [
    ...files.filter(({ path }) => path !== "main.go"),
    { path: "main.go", content: mainText(module, { name, version, digest: file.digest }) },
    { path: "model/serve.go", content: serveText.replace("RESULT", resultText(file.program.outputs.task)) },
    { path: "golden-input.csv", content: golden.input },
    { path: "golden-expected.csv", content: golden.expected },
  ];
}

function mainText(module: string, { name, version, digest }: Record<"name" | "version" | "digest", string>): string {
  return `// Serves the model ${prefixOf({ name })} over HTTP; with the argument "filter" it scores CSV from standard input.
package main

import (
	_ "embed"
	"fmt"
	"os"

	"${module}/model"
)

//go:embed golden-input.csv
var input []byte

//go:embed golden-expected.csv
var expected []byte

func main() {
	var err error
	if len(os.Args) > 1 && os.Args[1] == "filter" {
		err = model.Filter(os.Stdin, os.Stdout)
	} else {
		err = model.Serve(${[name, version, digest].map((one) => JSON.stringify(one.replace(/[^\x20-\x7e]/g, "?"))).join(", ")}, input, expected)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
`;
}

function resultText(task: "regression" | "binary" | "multiclass"): string {
  if (task === "regression")
    return `func appendPrediction(out []byte, r *Result) []byte { return appendJSON(out, r.Prediction) }

func scoresOf(r *Result) []float64 { return nil }

var classNames []string

const predictionType = "FP64"`;
  return `func appendPrediction(out []byte, r *Result) []byte {
	if missing(r.Score) {
		return append(out, "null"...)
	}
	return appendText(out, r.Prediction)
}

func scoresOf(r *Result) []float64 { return r.Scores[:] }

var classNames = Classes[:]

const predictionType = "BYTES"`;
}

const serveText = `package model

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const mostBytes = 64 << 20

RESULT

// Serve answers requests over HTTP until it is told to stop. It scores the golden rows first.
func Serve(name, version, digest string, golden, expected []byte) error {
	var scored bytes.Buffer
	if err := filterWith(bytes.NewReader(golden), &scored, io.Discard); err != nil {
		return fmt.Errorf("the golden rows cannot be scored: %w", err)
	}
	if !bytes.Equal(scored.Bytes(), expected) {
		return errors.New("this machine does not score the golden rows as the model does; it is not served")
	}
	port := os.Getenv("PORT")
	if port == "" {
		port = "8080"
	}
	s := &scoring{name: name, version: version, digest: digest}
	server := &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, IdleTimeout: 2 * time.Minute}
	listener, err := net.Listen("tcp", ":"+port)
	if err != nil {
		return err
	}
	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer cancel()
	ended := make(chan error, 1)
	go func() {
		<-stop.Done()
		within, done := context.WithTimeout(context.Background(), 20*time.Second)
		defer done()
		ended <- server.Shutdown(within)
	}()
	fmt.Println("serving " + name + " on port " + port)
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-ended
}

type scoring struct{ name, version, digest string }

type requestError struct{ text string }

func (e *requestError) Error() string { return e.text }

func refuse(format string, values ...any) error { return &requestError{fmt.Sprintf(format, values...)} }

func (s *scoring) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, mostBytes)
	answer, err := s.answer(r)
	status := http.StatusOK
	var wrong *requestError
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		status, answer = http.StatusRequestEntityTooLarge, failure(fmt.Sprintf("the request is larger than %d bytes", mostBytes))
	case errors.As(err, &wrong):
		status, answer = http.StatusBadRequest, failure(wrong.text)
	case err != nil:
		status, answer = http.StatusBadRequest, failure("the request cannot be read")
	case answer == nil:
		status, answer = http.StatusNotFound, failure("there is nothing at this address")
	}
	w.Header().Set("content-type", "application/json")
	w.WriteHeader(status)
	w.Write(answer)
}

func failure(text string) []byte {
	return append(appendText([]byte("{\\"error\\":"), text), '}')
}

func (s *scoring) answer(r *http.Request) ([]byte, error) {
	path := strings.Replace(r.URL.EscapedPath(), "/versions/"+s.version, "", 1)
	model := "/v2/models/" + url.PathEscape(s.name)
	switch {
	case r.Method == http.MethodGet || r.Method == http.MethodHead:
		switch path {
		case "/v2":
			return jsonOf(map[string]any{"name": "millrace", "version": s.version, "extensions": []string{}})
		case "/v2/health/live", "/v2/health/ready", "/ping", "/healthz":
			return []byte("{}"), nil
		case "/readyz":
			return jsonOf(map[string]any{"ready": true, "content": s.digest, "runtime": map[string]any{
				"go": runtime.Version(), "architecture": runtime.GOARCH, "goldenRows": "agree"}})
		case model + "/ready":
			return jsonOf(map[string]any{"name": s.name, "ready": true})
		case model:
			return s.metadata()
		}
	case r.Method == http.MethodPost && path == model+"/infer":
		return s.infer(r.Body)
	case r.Method == http.MethodPost && path == "/invocations":
		return invocations(r.Body)
	}
	return nil, nil
}

type tensor struct {
	Name     string \`json:"name"\`
	Datatype string \`json:"datatype"\`
	Shape    []int  \`json:"shape"\`
}

var dataTypes = map[string]string{"number": "FP64", "integer": "INT64", "bool": "BOOL", "timestamp": "BYTES", "string": "BYTES"}

func (s *scoring) metadata() ([]byte, error) {
	inputs := make([]tensor, len(Inputs))
	for k, input := range Inputs {
		inputs[k] = tensor{input.Name, dataTypes[input.Type], []int{-1}}
	}
	outputs := []tensor{{"prediction", predictionType, []int{-1}}, {"score", "FP64", []int{-1}}}
	return jsonOf(map[string]any{"name": s.name, "versions": []string{s.version}, "platform": "millrace", "inputs": inputs, "outputs": outputs})
}

func jsonOf(value any) ([]byte, error) { return json.Marshal(value) }

func body(from io.Reader, into any) error {
	decoder := json.NewDecoder(from)
	decoder.UseNumber()
	err := decoder.Decode(into)
	if err == nil {
		_, err = decoder.Token()
		if err == io.EOF {
			return nil
		}
	}
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return err
	}
	return refuse("the request is not JSON of the form that this address takes")
}

// read puts a value of JSON into a field of a row.
func (input *Input) readJSON(value any, field any) string {
	number, isNumber := value.(json.Number)
	switch of := value.(type) {
	case nil:
		return input.read("", field)
	case string:
		return input.read(of, field)
	case bool:
		if input.Type == "bool" || input.Type == "string" {
			return input.read(strconv.FormatBool(of), field)
		}
	}
	if !isNumber {
		return "is neither text nor a number"
	}
	if input.Type == "string" || input.Type == "timestamp" || input.Type == "bool" {
		// an error says that the number is out of range, where the value is what it should be
		x, _ := strconv.ParseFloat(number.String(), 64)
		if input.Type == "string" {
			return input.read(string(appendNumber(nil, x)), field)
		}
		if input.Type == "timestamp" && !whole(x) {
			return "is not whole microseconds since 1970"
		}
		if input.Type == "bool" && x != 0 && x != 1 {
			return "is not true or false"
		}
		*field.(*float64) = x + 0
		return ""
	}
	return input.read(number.String(), field)
}

func scoreAll(count int, value func(row int, column string) any) ([]Result, error) {
	rows, results := make([]Row, count), make([]Result, count)
	for at := range rows {
		fields := rows[at].fields()
		for k := range Inputs {
			if reason := Inputs[k].readJSON(value(at, Inputs[k].Name), fields[k]); reason != "" {
				return nil, refuse("row %d: the value of %q %s", at+1, Inputs[k].Name, reason)
			}
		}
	}
	if done, err := ScoreRows(rows, results); err != nil {
		return nil, refuse("row %d: %s", done+1, err)
	}
	return results, nil
}

func (s *scoring) infer(from io.Reader) ([]byte, error) {
	var request struct {
		ID     *string \`json:"id"\`
		Inputs []struct {
			Name string \`json:"name"\`
			Data []any  \`json:"data"\`
		} \`json:"inputs"\`
	}
	if err := body(from, &request); err != nil {
		return nil, err
	}
	if len(request.Inputs) == 0 {
		return nil, refuse("the request has no inputs")
	}
	columns := make(map[string][]any, len(request.Inputs))
	count := 0
	for k, input := range request.Inputs {
		var data []any
		for _, one := range input.Data {
			if row, nested := one.([]any); nested {
				data = append(data, row...)
			} else {
				data = append(data, one)
			}
		}
		if k > 0 && len(data) != count {
			return nil, refuse("the inputs have different lengths")
		}
		count = len(data)
		columns[input.Name] = data
	}
	results, err := scoreAll(count, func(row int, column string) any {
		if data, found := columns[column]; found {
			return data[row]
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	out := append(appendText([]byte("{\\"model_name\\":"), s.name), ",\\"model_version\\":"...)
	out = appendText(out, s.version)
	if request.ID != nil {
		out = appendText(append(out, ",\\"id\\":"...), *request.ID)
	}
	out = append(out, ",\\"outputs\\":["...)
	out = appendOutput(out, "prediction", predictionType, results, appendPrediction)
	out = append(out, ',')
	out = appendOutput(out, "score", "FP64", results, func(out []byte, r *Result) []byte { return appendJSON(out, r.Score) })
	if len(classNames) > 2 {
		for k, class := range classNames {
			out = append(out, ',')
			out = appendOutput(out, "score_"+class, "FP64", results, func(out []byte, r *Result) []byte {
				return appendJSON(out, scoresOf(r)[k])
			})
		}
	}
	return append(out, "]}"...), nil
}

func appendOutput(out []byte, name, datatype string, results []Result, value func([]byte, *Result) []byte) []byte {
	out = append(appendText(append(out, "{\\"name\\":"...), name), ",\\"datatype\\":"...)
	out = append(appendText(out, datatype), ",\\"shape\\":["...)
	out = append(strconv.AppendInt(out, int64(len(results)), 10), "],\\"data\\":["...)
	for k := range results {
		if k > 0 {
			out = append(out, ',')
		}
		out = value(out, &results[k])
	}
	return append(out, "]}"...)
}

func invocations(from io.Reader) ([]byte, error) {
	var request struct {
		Records []map[string]any \`json:"dataframe_records"\`
		Split   *struct {
			Columns []string \`json:"columns"\`
			Data    [][]any  \`json:"data"\`
		} \`json:"dataframe_split"\`
	}
	if err := body(from, &request); err != nil {
		return nil, err
	}
	var results []Result
	var err error
	switch {
	case request.Records != nil:
		results, err = scoreAll(len(request.Records), func(row int, column string) any { return request.Records[row][column] })
	case request.Split != nil:
		places := make(map[string]int, len(request.Split.Columns))
		for k, column := range request.Split.Columns {
			places[column] = k
		}
		results, err = scoreAll(len(request.Split.Data), func(row int, column string) any {
			if k, found := places[column]; found && k < len(request.Split.Data[row]) {
				return request.Split.Data[row][k]
			}
			return nil
		})
	default:
		return nil, refuse("the request has neither dataframe_records nor dataframe_split")
	}
	if err != nil {
		return nil, err
	}
	out := []byte("{\\"predictions\\":[")
	for k := range results {
		r := &results[k]
		if k > 0 {
			out = append(out, ',')
		}
		out = appendJSON(append(out, "{\\"score\\":"...), r.Score)
		if scores := scoresOf(r); scores != nil && !missing(r.Score) {
			out = append(out, ",\\"scores\\":{"...)
			for c, class := range classNames {
				if c > 0 {
					out = append(out, ',')
				}
				out = appendJSON(append(appendText(out, class), ':'), scores[c])
			}
			out = append(out, '}')
		}
		out = append(appendPrediction(append(out, ",\\"prediction\\":"...), r), '}')
	}
	return append(out, "]}"...), nil
}

// appendJSON writes a number; JSON has none for what is missing or infinite.
func appendJSON(out []byte, x float64) []byte {
	if missing(x) || math.IsInf(x, 0) {
		return append(out, "null"...)
	}
	return appendNumber(out, x)
}

func appendText(out []byte, text string) []byte {
	quoted, _ := json.Marshal(text)
	return append(out, quoted...)
}
`;
