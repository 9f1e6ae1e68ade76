// Export a CV as a PDF by a PdfExportJob, with client-go: go run . cv.json
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/tools/clientcmd"
)

func main() {
	var cv map[string]any
	raw, err := os.ReadFile(os.Args[1])
	check(err)
	check(json.Unmarshal(raw, &cv))
	config := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(clientcmd.NewDefaultClientConfigLoadingRules(), nil)
	namespace, _, err := config.Namespace()
	check(err)
	rest, err := config.ClientConfig()
	check(err)
	resource := schema.GroupVersionResource{Group: "pdfexport.dev", Version: "v1", Resource: "pdfexportjobs"}
	jobs := dynamic.NewForConfigOrDie(rest).Resource(resource).Namespace(namespace)

	ctx := context.Background()
	job, err := jobs.Create(ctx, &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "pdfexport.dev/v1", "kind": "PdfExportJob",
		"metadata": map[string]any{"generateName": "example-"},
		"spec":     map[string]any{"resumeId": "example", "templateId": "modern", "cvData": cv},
	}}, metav1.CreateOptions{})
	check(err)
	check(wait.PollUntilContextTimeout(ctx, time.Second, 90*time.Second, true, func(ctx context.Context) (bool, error) {
		job, err = jobs.Get(ctx, job.GetName(), metav1.GetOptions{})
		if err != nil {
			return false, err
		}
		phase, _, _ := unstructured.NestedString(job.Object, "status", "phase")
		return phase == "Done" || phase == "Error", nil
	}))
	if url, found, _ := unstructured.NestedString(job.Object, "status", "fileUrl"); found {
		fmt.Println(url)
		return
	}
	message, _, _ := unstructured.NestedString(job.Object, "status", "error", "message")
	log.Fatal(message)
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
