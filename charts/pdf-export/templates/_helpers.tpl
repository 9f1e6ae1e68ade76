{{/* The stem of all names: the release, with the chart's name unless it says so already. */}}
{{- define "pdf-export.fullname" -}}
{{- $release := .Release.Name | replace "." "-" -}}
{{- $name := ternary $release (printf "%s-%s" $release .Chart.Name) (contains .Chart.Name $release) -}}
{{- $name | trunc 45 | trimSuffix "-" -}}
{{- end }}

{{/* Labels of a component: (list $ "api"). */}}
{{- define "pdf-export.labels" -}}
{{- $root := index . 0 -}}
{{ include "pdf-export.selectorLabels" . }}
app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
app.kubernetes.io/part-of: pdf-export
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version }}
{{- end }}

{{- define "pdf-export.selectorLabels" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/name: pdf-export
app.kubernetes.io/instance: {{ $root.Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end }}

{{/* Of every pod: the restricted Pod Security Standard. The images' user is 10001. */}}
{{- define "pdf-export.podSecurityContext" -}}
runAsNonRoot: true
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{- define "pdf-export.containerSecurityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{/* Where a component may run: (list $ .Values.api). */}}
{{- define "pdf-export.scheduling" -}}
{{- $root := index . 0 -}}
{{- $component := index . 1 -}}
{{- with $root.Values.imagePullSecrets -}}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{ end }}
{{- with $component.nodeSelector -}}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{ end }}
{{- with $component.tolerations -}}
tolerations:
  {{- toYaml . | nindent 2 }}
{{ end }}
{{- end }}

{{/* Annotations that let Prometheus find a pod's metrics: (list $ port). */}}
{{- define "pdf-export.prometheus" -}}
{{- $root := index . 0 -}}
{{- if $root.Values.prometheusAnnotations -}}
prometheus.io/scrape: "true"
prometheus.io/port: {{ index . 1 | quote }}
prometheus.io/path: /metrics
{{- end }}
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

{{/* Annotations of the pods that read templates: (list $ port). */}}
{{- define "pdf-export.templatePodAnnotations" -}}
{{- $root := index . 0 -}}
{{- with include "pdf-export.prometheus" . }}
{{- . }}
{{ end }}
{{- with $root.Values.templates.revision -}}
pdfexport.dev/templates-revision: {{ ternary . (printf "%d" (int64 .)) (kindIs "string" .) | quote }}
{{- end }}
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
{{- else if or .Values.firebaseEmulator.enabled (not .Values.firebase.existingSecret) -}}
{{ fail "firebase.signedUrls.enabled needs a service account's key to sign with: name its Secret in firebase.existingSecret, and leave firebaseEmulator.enabled off" }}
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
