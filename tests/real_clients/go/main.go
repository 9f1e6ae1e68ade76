// Export with net/http's default client.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
)

type answer struct {
	JobID   string `json:"jobId"`
	Status  string `json:"status"`
	FileURL string `json:"fileUrl"`
	Error   string `json:"error"`
}

func main() {
	jobs := os.Args[1] + "/api/export-pdf/job"
	request, err := os.ReadFile(os.Args[2])
	check(err)
	job := parsed(http.Post(jobs, "application/json", bytes.NewReader(request)))
	for job.Status == "processing" {
		job = parsed(http.Get(jobs + "/" + job.JobID + "?wait=10"))
	}
	if job.Status != "done" {
		log.Fatal(job.Error)
	}
	check(os.WriteFile(os.Args[3], body(http.Get(job.FileURL)), 0o600))
}

func parsed(response *http.Response, err error) (job answer) {
	check(json.Unmarshal(body(response, err), &job))
	return job
}

func body(response *http.Response, err error) []byte {
	check(err)
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	check(err)
	if response.StatusCode >= 300 {
		check(fmt.Errorf("%s: %s", response.Status, content))
	}
	return content
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
