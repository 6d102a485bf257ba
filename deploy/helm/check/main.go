// Renders the Helm chart with several values, and decodes each manifest strictly into the types of the Kubernetes API: a field
// that does not exist, or has another type, fails. Without a cluster, and without schemas from elsewhere.
package main

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	"sigs.k8s.io/json"
	"sigs.k8s.io/yaml"
)

// What the operator of Prometheus defines; its own module is larger than all the rest.
type serviceMonitor struct {
	APIVersion string         `json:"apiVersion"`
	Kind       string         `json:"kind"`
	Metadata   map[string]any `json:"metadata"`
	Spec       struct {
		Selector  map[string]any `json:"selector"`
		Endpoints []struct {
			Port     string `json:"port"`
			Path     string `json:"path"`
			Interval string `json:"interval"`
		} `json:"endpoints"`
	} `json:"spec"`
}

var types = map[string]func() any{
	"apps/v1 Deployment":                      func() any { return &appsv1.Deployment{} },
	"autoscaling/v2 HorizontalPodAutoscaler":  func() any { return &autoscalingv2.HorizontalPodAutoscaler{} },
	"v1 Service":                              func() any { return &corev1.Service{} },
	"v1 ServiceAccount":                       func() any { return &corev1.ServiceAccount{} },
	"networking.k8s.io/v1 NetworkPolicy":      func() any { return &networkingv1.NetworkPolicy{} },
	"policy/v1 PodDisruptionBudget":           func() any { return &policyv1.PodDisruptionBudget{} },
	"monitoring.coreos.com/v1 ServiceMonitor": func() any { return &serviceMonitor{} },
}

type variant struct {
	name   string
	values map[string]any
	kinds  []string
}

var variants = []variant{
	{"as it is", nil, []string{"Deployment", "NetworkPolicy", "PodDisruptionBudget", "Service", "Service", "ServiceAccount"}},
	{"with everything", map[string]any{
		"roles":          map[string]any{"split": true},
		"autoscaling":    map[string]any{"enabled": true, "metricSelector": map[string]any{"environment": "production"}},
		"serviceMonitor": map[string]any{"enabled": true, "labels": map[string]any{"release": "prometheus"}},
		"tls":            map[string]any{"secretName": "tls", "clientCaSecretName": "ca"},
		"image":          map[string]any{"digest": "sha256:0"},
		"networkPolicy": map[string]any{
			"from":      []any{map[string]any{"namespaceSelector": map[string]any{}}},
			"receivers": map[string]any{"allow": []any{"10.1.0.0/16"}}},
		"extraEnv":         []any{map[string]any{"name": "A", "valueFrom": map[string]any{"fieldRef": map[string]any{"fieldPath": "metadata.name"}}}},
		"imagePullSecrets": []any{map[string]any{"name": "pull"}},
		"podLabels":        map[string]any{"team": "a"},
		"podAnnotations":   map[string]any{"a": "b"},
		"nodeSelector":     map[string]any{"disk": "ssd"},
		"tolerations":      []any{map[string]any{"key": "a", "operator": "Exists"}},
	}, []string{"Deployment", "Deployment", "HorizontalPodAutoscaler", "NetworkPolicy", "PodDisruptionBudget", "PodDisruptionBudget",
		"Service", "Service", "ServiceAccount", "ServiceMonitor"}},
	{"with little", map[string]any{
		"podDisruptionBudget": map[string]any{"enabled": false},
		"networkPolicy":       map[string]any{"enabled": false},
		"service":             map[string]any{"headless": false},
	}, []string{"Deployment", "Service", "ServiceAccount"}},
}

func main() {
	path := os.Args[1]
	failed := false
	for _, variant := range variants {
		kinds, err := check(path, variant.values)
		if err == nil && !slices.Equal(kinds, variant.kinds) {
			err = fmt.Errorf("makes %v, not %v", kinds, variant.kinds)
		}
		if err != nil {
			failed = true
			fmt.Printf("failed  %s: %v\n", variant.name, err)
		} else {
			fmt.Printf("ok      %s: %s\n", variant.name, strings.Join(kinds, ", "))
		}
	}
	if failed {
		os.Exit(1)
	}
}

func check(path string, values map[string]any) ([]string, error) {
	chart, err := loader.Load(path)
	if err != nil {
		return nil, err
	}
	if err := chart.Validate(); err != nil {
		return nil, err
	}
	release := chartutil.ReleaseOptions{Name: "queue", Namespace: "test", IsInstall: true, Revision: 1}
	all, err := chartutil.ToRenderValues(chart, values, release, chartutil.DefaultCapabilities)
	if err != nil {
		return nil, err
	}
	rendered, err := engine.Engine{Strict: true}.Render(chart, all)
	if err != nil {
		return nil, err
	}
	var kinds []string
	for _, file := range slices.Sorted(maps.Keys(rendered)) {
		if !strings.HasSuffix(file, ".yaml") {
			continue
		}
		for _, document := range strings.Split("\n"+rendered[file], "\n---") {
			if strings.TrimSpace(document) == "" {
				continue
			}
			kind, err := decode(document)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", file, err)
			}
			kinds = append(kinds, kind)
		}
	}
	slices.Sort(kinds)
	return kinds, nil
}

func decode(document string) (string, error) {
	var head struct {
		APIVersion string `json:"apiVersion"`
		Kind       string `json:"kind"`
		Metadata   struct {
			Name string `json:"name"`
		} `json:"metadata"`
	}
	if err := yaml.Unmarshal([]byte(document), &head); err != nil {
		return "", err
	}
	make, known := types[head.APIVersion+" "+head.Kind]
	if !known || head.Metadata.Name == "" {
		return "", fmt.Errorf("%q of %q is no manifest that is known here", head.Kind, head.APIVersion)
	}
	object, err := yaml.YAMLToJSONStrict([]byte(document))
	if err != nil {
		return "", err
	}
	// Unlike Go's own decoder, this one takes readonlyrootfilesystem for another field than readOnlyRootFilesystem.
	wrong, err := json.UnmarshalStrict(object, make())
	return head.Kind, errors.Join(append(wrong, err)...)
}
