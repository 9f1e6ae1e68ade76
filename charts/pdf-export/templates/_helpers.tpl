{{- define "pdf-export.name" -}}
{{- .Values.nameOverride | default .Chart.Name -}}
{{- end }}

{{/* The stem of all names: the release, with the chart's name unless it says so already. */}}
{{- define "pdf-export.fullname" -}}
{{- $release := .Release.Name | replace "." "-" -}}
{{- $name := include "pdf-export.name" . -}}
{{- $stem := ternary $release (printf "%s-%s" $release $name) (contains $name $release) -}}
{{- .Values.fullnameOverride | default $stem | trunc 45 | trimSuffix "-" -}}
{{- end }}

{{/* What metadata begins with: (list $ "api" name). Annotations may follow. */}}
{{- define "pdf-export.metadata" -}}
name: {{ index . 2 }}
namespace: {{ (index . 0).Release.Namespace }}
labels:
  {{- include "pdf-export.labels" . | nindent 2 }}
{{- end }}

{{/* Labels of a component: (list $ "api"). Those of versions are for objects alone: on a pod they would replace it. */}}
{{- define "pdf-export.labels" -}}
{{- $chart := (index . 0).Chart -}}
{{- $versions := dict
      "app.kubernetes.io/version" $chart.AppVersion
      "helm.sh/chart" (printf "%s-%s" $chart.Name $chart.Version) -}}
{{- toYaml (merge $versions (include "pdf-export.lastingLabels" . | fromYaml)) -}}
{{- end }}

{{/* Those that a new version of the chart leaves as they are. What selectors need cannot be changed by commonLabels. */}}
{{- define "pdf-export.lastingLabels" -}}
{{- $root := index . 0 -}}
{{- $own := dict
      "app.kubernetes.io/part-of" "pdf-export"
      "app.kubernetes.io/managed-by" $root.Release.Service -}}
{{- toYaml (merge (include "pdf-export.selectorLabels" . | fromYaml) $own (default dict $root.Values.commonLabels)) -}}
{{- end }}

{{- define "pdf-export.selectorLabels" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/name: {{ include "pdf-export.name" $root }}
app.kubernetes.io/instance: {{ $root.Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end }}

{{/* Labels of a component's pods: (list $ "api" .Values.api). */}}
{{- define "pdf-export.podLabels" -}}
{{- toYaml (merge (include "pdf-export.lastingLabels" . | fromYaml) (default dict (index . 2).podLabels)) -}}
{{- end }}

{{/*
The reference of an image: (list $ "control"). It has a registry in any case: without one a name would be looked for on
Docker Hub, where it may belong to anybody.
*/}}
{{- define "pdf-export.image" -}}
{{- $root := index . 0 -}}
{{- $key := index . 1 -}}
{{- $image := index $root.Values.images $key -}}
{{- if kindIs "string" $image -}}
{{- if not (regexMatch "^([^/]*[.:][^/]*|localhost)/" $image) -}}
{{- fail (printf "images.%s is %s, which has no registry: begin it with the registry's host, such as docker.io/" $key $image) -}}
{{- end -}}
{{- $image -}}
{{- else -}}
{{- $registry := $root.Values.global.imageRegistry | default $image.registry -}}
{{- if not $registry -}}
{{- fail (printf "images.%s.registry is empty: set it, or global.imageRegistry, to the registry that has the images" $key) -}}
{{- end -}}
{{- $version := ternary (printf "@%s" $image.digest) (printf ":%s" ($image.tag | default $root.Chart.AppVersion)) (ne $image.digest "") -}}
{{- printf "%s/%s%s" (trimSuffix "/" $registry) $image.repository $version -}}
{{- end -}}
{{- end }}

{{/* The service account of a component: (list $ "api" .Values.api). */}}
{{- define "pdf-export.serviceAccountName" -}}
{{- $account := (index . 2).serviceAccount -}}
{{- $own := printf "%s-%s" (include "pdf-export.fullname" (index . 0)) (index . 1) -}}
{{- $account.name | default (ternary $own "default" $account.create) -}}
{{- end }}

{{/* Fields over others, without those that are null: (list fields-of-the-values fields-of-the-chart). */}}
{{- define "pdf-export.fieldsOver" -}}
{{- $fields := index . 1 -}}
{{- range $name, $value := index . 0 -}}
{{- if not (kindIs "invalid" $value) -}}
{{- $_ := set $fields $name $value -}}
{{- end -}}
{{- end -}}
{{- toYaml $fields -}}
{{- end }}

{{/* Of every container: the restricted Pod Security Standard. (list .Values.api). */}}
{{- define "pdf-export.containerSecurityContext" -}}
{{- $ours := dict
      "allowPrivilegeEscalation" false
      "readOnlyRootFilesystem" true
      "capabilities" (dict "drop" (list "ALL")) -}}
{{- include "pdf-export.fieldsOver" (list (index . 0).securityContext $ours) -}}
{{- end }}

{{/* What pods have in common, and where a component's may run: (list $ "api" .Values.api). The images' user is 10001. */}}
{{- define "pdf-export.podFields" -}}
{{- $root := index . 0 -}}
{{- $values := index . 2 -}}
{{- $ours := dict "runAsNonRoot" true "seccompProfile" (dict "type" "RuntimeDefault") -}}
serviceAccountName: {{ include "pdf-export.serviceAccountName" . }}
enableServiceLinks: false
securityContext:
  {{- include "pdf-export.fieldsOver" (list $values.podSecurityContext $ours) | nindent 2 }}
{{- with $root.Values.global.imagePullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ kindIs "string" . | ternary . (get (kindIs "string" . | ternary dict .) "name") }}
  {{- end }}
{{- end }}
{{- $spread := include "pdf-export.spread" . | fromYamlArray }}
{{- range $field, $value := dict
      "nodeSelector" $values.nodeSelector
      "tolerations" (concat (default list $values.tolerations) (include "pdf-export.nodePatience" . | fromYamlArray))
      "affinity" $values.affinity
      "topologySpreadConstraints" $spread
      "priorityClassName" $values.priorityClassName
      "runtimeClassName" $values.runtimeClassName
      "hostAliases" $values.hostAliases }}
{{- with $value }}
{{ toYaml (dict $field .) }}
{{- end }}
{{- end }}
{{- end }}

{{/* The number of pods that a component has at least, of its values; 0 where nothing sets one. */}}
{{- define "pdf-export.replicas" -}}
{{- $scaling := .autoscaling | default dict -}}
{{- ternary $scaling.minReplicas .replicas (default false $scaling.enabled) | int -}}
{{- end }}

{{/* Kubernetes waits 300 s unless pods say otherwise: so long the pods of a lost node would not be replaced. */}}
{{- define "pdf-export.nodePatience" -}}
{{- range list "not-ready" "unreachable" }}
- key: node.kubernetes.io/{{ . }}
  operator: Exists
  effect: NoExecute
  tolerationSeconds: 30
{{- end }}
{{- end }}

{{/* How pods are spread: (list $ "api" .Values.api). Replicas, and renderers, are spread over nodes unless the values say
     how. */}}
{{- define "pdf-export.spread" -}}
{{- $values := index . 2 -}}
{{- $selector := dict "matchLabels" (include "pdf-export.selectorLabels" . | fromYaml) -}}
{{- $spread := list -}}
{{- range $values.topologySpreadConstraints -}}
{{- $spread = append $spread (merge (dict) . (dict "labelSelector" $selector)) -}}
{{- end -}}
{{- $several := gt (include "pdf-export.replicas" $values | int) 1 -}}
{{- /* Pods of a former version do not count: they are about to go, and the new ones would all be where there were fewer. */ -}}
{{- $version := ternary "pdfexport.dev/pod-template" "pod-template-hash" (eq (index . 1) "renderer") -}}
{{- if and (not $spread) (or $several (eq (index . 1) "renderer")) -}}
{{- $spread = list (dict "maxSkew" 1 "topologyKey" "kubernetes.io/hostname" "whenUnsatisfiable" "ScheduleAnyway" "labelSelector" $selector "matchLabelKeys" (list $version)) -}}
{{- end -}}
{{- toYaml $spread -}}
{{- end }}

{{/* Values of a pod that runs where others do unless it says otherwise: (list .Values.prePull .Values.renderer). */}}
{{- define "pdf-export.besideValues" -}}
{{- $values := deepCopy (index . 0) -}}
{{- $others := index . 1 -}}
{{- range list "nodeSelector" "tolerations" "affinity" -}}
{{- $_ := set $values . (default (get $others .) (get $values .)) -}}
{{- end -}}
{{- toYaml $values -}}
{{- end }}

{{/* The definition of the resource. */}}
{{- define "pdf-export.crd" -}}
{{- .Files.Get "files/pdfexportjobs.yaml" -}}
{{- end }}

{{/*
Whose the definition in the cluster is: "NAMESPACE/RELEASE", or "nobody" where Helm does not have it. Empty where it is
this release's, where there is none yet, and where there is no cluster to ask (helm template).
*/}}
{{- define "pdf-export.crdOfOthers" -}}
{{- $name := (include "pdf-export.crd" . | fromYaml).metadata.name -}}
{{- with lookup "apiextensions.k8s.io/v1" "CustomResourceDefinition" "" $name -}}
{{- $annotations := .metadata.annotations | default dict -}}
{{- $release := get $annotations "meta.helm.sh/release-name" -}}
{{- $owner := printf "%s/%s" (get $annotations "meta.helm.sh/release-namespace") $release -}}
{{- if not $release -}}
nobody
{{- else if ne $owner (printf "%s/%s" $.Release.Namespace $.Release.Name) -}}
{{ $owner }}
{{- end -}}
{{- end -}}
{{- end }}

{{/* IP versions of a Service, of the values that are given; the cluster's default is one. */}}
{{- define "pdf-export.ipFamilies" -}}
{{- with .ipFamilyPolicy }}
ipFamilyPolicy: {{ . }}
{{- end }}
{{- with .ipFamilies }}
ipFamilies:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* Annotations of a component's pods: (list $ .Values.api port annotations). Prometheus finds their metrics by some. */}}
{{- define "pdf-export.podAnnotations" -}}
{{- $annotations := index . 3 -}}
{{- if (index . 0).Values.prometheusAnnotations -}}
{{- $port := index . 2 | toString -}}
{{- $_ := merge $annotations (dict "prometheus.io/scrape" "true" "prometheus.io/port" $port "prometheus.io/path" "/metrics") -}}
{{- end -}}
{{- with merge $annotations (default dict (index . 1).podAnnotations) -}}
{{- toYaml . -}}
{{- end -}}
{{- end }}

{{/* Variables that all three programs take. */}}
{{- define "pdf-export.commonEnv" -}}
- name: PDFEXPORT_NAMESPACE
  valueFrom:
    fieldRef:
      fieldPath: metadata.namespace
- name: PDFEXPORT_LOG_LEVEL
  value: {{ .Values.logLevel | quote }}
{{- end }}

{{/* Variables for traces, none without an endpoint: (list $ "api"). */}}
{{- define "pdf-export.tracingEnv" -}}
{{- $root := index . 0 -}}
{{- $tracing := $root.Values.tracing -}}
{{- if $tracing.endpoint -}}
- name: OTEL_EXPORTER_OTLP_ENDPOINT
  value: {{ $tracing.endpoint | quote }}
- name: OTEL_SERVICE_NAME
  value: {{ include "pdf-export.fullname" $root }}-{{ index . 1 }}
- name: OTEL_RESOURCE_ATTRIBUTES
  value: k8s.namespace.name=$(PDFEXPORT_NAMESPACE)
- name: OTEL_TRACES_SAMPLER
  value: {{ $tracing.sampler }}
- name: OTEL_TRACES_SAMPLER_ARG
  value: {{ $tracing.ratio | quote }}
{{- if $tracing.headersExistingSecret }}
- name: PDFEXPORT_TRACING_HEADERS_FILE
  value: /etc/otlp/headers
{{- end }}
{{- end }}
{{- end }}

{{/* What the endpoint of the traces wants to be sent along. */}}
{{- define "pdf-export.tracingMount" -}}
{{- if and .Values.tracing.endpoint .Values.tracing.headersExistingSecret -}}
- name: otlp
  mountPath: /etc/otlp
  readOnly: true
{{- end }}
{{- end }}

{{- define "pdf-export.tracingVolume" -}}
{{- if and .Values.tracing.endpoint .Values.tracing.headersExistingSecret -}}
- name: otlp
  secret:
    secretName: {{ .Values.tracing.headersExistingSecret }}
    items:
      - key: headers
        path: headers
{{- end }}
{{- end }}

{{/* Plain variables from a dict of PDFEXPORT_ names to values; whole numbers stay whole. */}}
{{- define "pdf-export.env" -}}
{{- range $name, $value := . -}}
- name: PDFEXPORT_{{ $name }}
  value: {{ ternary $value (printf "%d" (int64 $value)) (kindIs "string" $value) | quote }}
{{ end }}
{{- end }}

{{/* Annotations of the pods that read templates: (list $ .Values.api port). */}}
{{- define "pdf-export.templatePodAnnotations" -}}
{{- $annotations := dict -}}
{{- with (index . 0).Values.templates.revision -}}
{{- $_ := set $annotations "pdfexport.dev/templates-revision" (ternary . (printf "%d" (int64 .)) (kindIs "string" .)) -}}
{{- end -}}
{{- include "pdf-export.podAnnotations" (append . $annotations) -}}
{{- end }}

{{/* Where the pods that read templates find them; of two with the same id the first counts. */}}
{{- define "pdf-export.templatesDir" -}}
/app/templates{{ if .Values.templates.configMaps }}:/etc/pdf-export/templates{{ end }}
{{- end }}

{{- define "pdf-export.templateMounts" -}}
{{- range $id, $configMap := .Values.templates.configMaps -}}
- name: template-{{ $id }}
  mountPath: /etc/pdf-export/templates/{{ $id }}
  readOnly: true
{{ end }}
{{- end }}

{{- define "pdf-export.templateVolumes" -}}
{{- range $id, $configMap := .Values.templates.configMaps -}}
- name: template-{{ $id }}
  configMap:
    name: {{ $configMap }}
    # A pod starts without it: exports with the other templates must not wait for somebody to mend this one.
    optional: true
{{ end }}
{{- end }}

{{- define "pdf-export.idempotencySecret" -}}
{{- .Values.api.idempotencyExistingSecret | default (printf "%s-idempotency" (include "pdf-export.fullname" .)) -}}
{{- end }}

{{/* The bearer tokens, in the folder that /etc/pdf-export/auth is: a changed Secret shows there by itself. */}}
{{- define "pdf-export.tokensMount" -}}
{{- if eq .Values.auth.mode "bearer" -}}
- name: tokens
  mountPath: /etc/pdf-export/auth
  readOnly: true
{{- end }}
{{- end }}

{{- define "pdf-export.tokensVolume" -}}
{{- if eq .Values.auth.mode "bearer" -}}
- name: tokens
  secret:
    secretName: {{ required "auth.bearer.existingSecret is empty: name a Secret with the key tokens, which auth.mode=bearer takes its tokens from" .Values.auth.bearer.existingSecret }}
    items:
      - key: tokens
        path: tokens
{{- end }}
{{- end }}

{{/* The Secrets that the values name, and the key that each must have. */}}
{{- define "pdf-export.existingSecrets" -}}
{{- $secrets := dict -}}
{{- with .Values.api.idempotencyExistingSecret }}{{ $_ := set $secrets . "secret" }}{{ end -}}
{{- if eq .Values.auth.mode "bearer" }}{{ $_ := set $secrets .Values.auth.bearer.existingSecret "tokens" }}{{ end -}}
{{- if not .Values.firebaseEmulator.enabled -}}
{{- with .Values.firebase.existingSecret }}{{ $_ := set $secrets . "service-account.json" }}{{ end -}}
{{- end -}}
{{- if .Values.tracing.endpoint -}}
{{- with .Values.tracing.headersExistingSecret }}{{ $_ := set $secrets . "headers" }}{{ end -}}
{{- end -}}
{{- toYaml $secrets -}}
{{- end }}

{{/* For pods, which are all in this namespace. */}}
{{- define "pdf-export.emulatorUrl" -}}
http://{{ include "pdf-export.fullname" . }}-storage-emulator:9199
{{- end }}

{{- define "pdf-export.project" -}}
{{- if .Values.firebaseEmulator.enabled -}}
{{ .Values.firebaseEmulator.project }}
{{- else -}}
{{ required "firebase.project is empty: name the Firebase project, or set firebaseEmulator.enabled=true" .Values.firebase.project }}
{{- end -}}
{{- end }}

{{- define "pdf-export.bucket" -}}
{{- if .Values.firebaseEmulator.enabled -}}
{{ .Values.firebaseEmulator.bucket }}
{{- else -}}
{{ required "firebase.bucket is empty: name the storage bucket, or set firebaseEmulator.enabled=true" .Values.firebase.bucket }}
{{- end -}}
{{- end }}

{{/* Seconds until download URLs expire; 0: never. */}}
{{- define "pdf-export.signedSeconds" -}}
{{- if not .Values.firebase.signedUrls.enabled -}}
0
{{- else if .Values.firebaseEmulator.enabled -}}
{{ fail "firebase.signedUrls.enabled needs a service account to sign with, which the emulator has not: leave firebaseEmulator.enabled off" }}
{{- else -}}
{{ int .Values.firebase.signedUrls.expirySeconds }}
{{- end -}}
{{- end }}

{{/* What download URLs begin with. */}}
{{- define "pdf-export.publicUrl" -}}
{{- $emulator := .Values.firebaseEmulator -}}
{{- if .Values.firebase.signedUrls.enabled -}}
https://storage.googleapis.com
{{- else if not $emulator.enabled -}}
{{ .Values.firebase.publicUrl }}
{{- else if $emulator.publicUrl -}}
{{ $emulator.publicUrl }}
{{- else if $emulator.clusterIP -}}
http://{{ $emulator.clusterIP }}:9199
{{- else -}}
http://{{ include "pdf-export.fullname" . }}-storage-emulator.{{ .Release.Namespace }}.svc:9199
{{- end -}}
{{- end }}
