package main

import (
	"bytes"
	"context"
	"flag"
	"net/http"
	"os"
	"strconv"
	"strings"

	"github.com/prometheus/client_golang/prometheus/promhttp"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/klog/v2"
	"sigs.k8s.io/kube-network-policies/pkg/networkpolicy"
)

const kernelQueues = "/proc/net/netfilter/nfnetlink_queue"

// The agent gives verdicts on the connections that the machine's rules put into the queue. As a program of its own it
// takes no kubeconfig, and makes nftables rules whose queue not every kernel has; iptables' they all have.
func runNetworkPolicies() {
	flags := flag.NewFlagSet(os.Args[0], flag.ExitOnError)
	kubeconfig := flags.String("kubeconfig", "", "how to reach the API server")
	queue := flags.Int("nfqueue-id", 100, "the kernel's queue that connections wait in for a verdict")
	address := flags.String("metrics-bind-address", "127.0.0.1:9080", "where /healthz and /metrics are served")
	_ = flags.Parse(os.Args[1:]) // It exits with a message of its own.

	config, err := clientcmd.BuildConfigFromFlags("", *kubeconfig)
	if err != nil {
		klog.Fatal(err)
	}
	// Not only faster: of JSON's `egress: []`, which allows nothing, the agent makes all.
	config.ContentType = "application/vnd.kubernetes.protobuf"
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		klog.Fatal(err)
	}
	factory := informers.NewSharedInformerFactory(client, 0)
	controller, err := networkpolicy.NewController(
		client,
		factory.Networking().V1().NetworkPolicies(),
		factory.Core().V1().Namespaces(),
		factory.Core().V1().Pods(),
		// What admin network policies would need.
		nil, nil, nil, nil,
		networkpolicy.Config{
			QueueID: *queue,
			// It makes rules for the pods of this node, which is none, and at its start in a table of this name, which
			// is longer than a name may be.
			NodeName:    "none",
			NFTableName: strings.Repeat("-", 300),
		},
	)
	if err != nil {
		klog.Fatal(err)
	}

	http.Handle("/metrics", promhttp.Handler())
	http.HandleFunc("/healthz", func(answer http.ResponseWriter, _ *http.Request) {
		if !bound(*queue) {
			http.Error(answer, "not bound to the queue yet", http.StatusServiceUnavailable)
		}
	})
	go func() { klog.Fatal(http.ListenAndServe(*address, nil)) }()

	factory.Start(context.Background().Done())
	klog.Fatal(controller.Run(context.Background()))
}

// bound tells whether a program, which is this one, takes packets from the queue.
func bound(queue int) bool {
	table, err := os.ReadFile(kernelQueues)
	if err != nil {
		return false
	}
	for line := range bytes.Lines(table) {
		if fields := bytes.Fields(line); len(fields) > 0 && string(fields[0]) == strconv.Itoa(queue) {
			return true
		}
	}
	return false
}
