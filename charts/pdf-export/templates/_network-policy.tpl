{{/* An address, or a range, as a peer of a rule. */}}
{{- define "pdf-export.cidrPeers" -}}
{{- range . -}}
- ipBlock:
    cidr: {{ . }}
{{ end }}
{{- end }}

{{/* A list of TCP ports, as a rule has them. */}}
{{- define "pdf-export.tcpPorts" -}}
{{- range . -}}
- protocol: TCP
  port: {{ int . }}
{{ end }}
{{- end }}

{{/* Where every address of the Internet is, and nothing of a private network. */}}
{{- define "pdf-export.publicPeers" -}}
- ipBlock:
    cidr: 0.0.0.0/0
    except: [0.0.0.0/8, 10.0.0.0/8, 100.64.0.0/10, 127.0.0.0/8, 169.254.0.0/16, 172.16.0.0/12, 192.168.0.0/16]
- ipBlock:
    cidr: ::/0
    except: ["::/128", "::1/128", fc00::/7, fe80::/10]
{{- end }}

{{/*
What the cluster says of its API server, as {"cidrs": [...], "ports": [...]}: both its own addresses and those of its
Service, since some networks judge a connection before, and some after they have resolved the Service.
Empty lists where there is no cluster to ask (helm template).
*/}}
{{- define "pdf-export.apiServerFound" -}}
{{- $addresses := list -}}
{{- $ports := list -}}
{{- $service := lookup "v1" "Service" "default" "kubernetes" | default dict -}}
{{- $addresses = concat $addresses (dig "spec" "clusterIPs" list $service) -}}
{{- range dig "spec" "ports" list $service -}}
{{- $ports = append $ports (int .port) -}}
{{- end -}}
{{- $slice := lookup "discovery.k8s.io/v1" "EndpointSlice" "default" "kubernetes" | default dict -}}
{{- range dig "endpoints" list $slice -}}
{{- $addresses = concat $addresses .addresses -}}
{{- end -}}
{{- range dig "ports" list $slice -}}
{{- $ports = append $ports (int .port) -}}
{{- end -}}
{{- $cidrs := list -}}
{{- range $addresses -}}
{{- $cidrs = append $cidrs (printf "%s/%s" . (ternary "128" "32" (contains ":" .))) -}}
{{- end -}}
{{- dict "cidrs" ($cidrs | uniq | sortAlpha) "ports" ($ports | uniq) | toJson -}}
{{- end }}

{{/* Egress: to the API server. Where nothing is known of it, to any address, at the ports that API servers have. */}}
{{- define "pdf-export.toApiServer" -}}
{{- if eq .Values.networkPolicy.flavor "kubernetes" -}}
{{- $given := .Values.networkPolicy.apiServer -}}
{{- $found := dict "cidrs" list "ports" list -}}
{{- if not (and $given.cidrs $given.ports) -}}
{{- $found = include "pdf-export.apiServerFound" . | fromJson -}}
{{- end -}}
- ports:
    {{- include "pdf-export.tcpPorts" (coalesce $given.ports $found.ports (list 443 6443)) | trim | nindent 4 }}
  {{- with coalesce $given.cidrs $found.cidrs }}
  to:
    {{- include "pdf-export.cidrPeers" . | trim | nindent 4 }}
  {{- end }}
{{- end }}
{{- end }}

{{/* Egress: to the cluster's DNS. */}}
{{- define "pdf-export.toDns" -}}
{{- $dns := .Values.networkPolicy.dns -}}
- ports:
    {{- range $dns.ports }}
    - protocol: UDP
      port: {{ int . }}
    - protocol: TCP
      port: {{ int . }}
    {{- end }}
  to:
    - namespaceSelector:
        matchLabels:
          kubernetes.io/metadata.name: kube-system
      podSelector:
        matchLabels:
          k8s-app: kube-dns
    # A cache on each node.
    - ipBlock:
        cidr: 169.254.20.10/32
    {{- with include "pdf-export.cidrPeers" $dns.cidrs | trim }}
    {{- . | nindent 4 }}
    {{- end }}
{{- end }}

{{/* Egress: to what takes uploads, and to what gives out the ambient credentials for it where they are used. */}}
{{- define "pdf-export.toStorage" -}}
{{- $storage := .Values.networkPolicy.storage -}}
{{- if .Values.firebaseEmulator.enabled -}}
- ports:
    {{- include "pdf-export.tcpPorts" (list 9199) | trim | nindent 4 }}
  to:
    - podSelector:
        matchLabels:
          {{- include "pdf-export.selectorLabels" (list . "storage-emulator") | nindent 10 }}
{{- else -}}
- ports:
    {{- include "pdf-export.tcpPorts" $storage.ports | trim | nindent 4 }}
  to:
    {{- if $storage.cidrs }}
    {{- include "pdf-export.cidrPeers" $storage.cidrs | trim | nindent 4 }}
    {{- else }}
    {{- include "pdf-export.publicPeers" . | nindent 4 }}
    {{- end }}
{{- if not .Values.firebase.existingSecret }}
# Google's metadata server, which has the workload identity's tokens.
- ports:
    {{- include "pdf-export.tcpPorts" (list 80 988) | trim | nindent 4 }}
  to:
    {{- include "pdf-export.cidrPeers" (list "169.254.169.252/32" "169.254.169.254/32") | trim | nindent 4 }}
{{- end }}
{{- end }}
{{- end }}

{{/*
Egress: to where traces go, by the endpoint's host: an address, a Service of this namespace or of another one (there the
port is the pods', too), or a name of the Internet.
*/}}
{{- define "pdf-export.toTracing" -}}
{{- with .Values.tracing.endpoint -}}
{{- $url := urlParse . -}}
{{- $host := regexReplaceAll ":[0-9]+$" $url.host "" -}}
{{- $port := regexFind "[0-9]+$" (regexFind ":[0-9]+$" $url.host) | default (ternary "443" "80" (eq $url.scheme "https")) -}}
{{- $labels := splitList "." $host -}}
- ports:
    {{- include "pdf-export.tcpPorts" (list $port) | trim | nindent 4 }}
  to:
    {{- if contains ":" $host }}
    - ipBlock:
        cidr: {{ trimAll "[]" $host }}/128
    {{- else if regexMatch "^[0-9.]+$" $host }}
    - ipBlock:
        cidr: {{ $host }}/32
    {{- else if eq (len $labels) 1 }}
    - podSelector: {}
    {{- else if or (eq (len $labels) 2) (eq (index $labels 2) "svc") }}
    - namespaceSelector:
        matchLabels:
          kubernetes.io/metadata.name: {{ index $labels 1 }}
    {{- else }}
    {{- include "pdf-export.publicPeers" . | nindent 4 }}
    {{- end }}
{{- end }}
{{- end }}

{{/* Egress beyond that: (list $ "api" whether-it-needs-DNS). What it may be given in extraEgress has a name, too. */}}
{{- define "pdf-export.furtherEgress" -}}
{{- $root := index . 0 -}}
{{- $extra := index $root.Values.networkPolicy.extraEgress (index . 1) -}}
{{- if or (index . 2) $root.Values.tracing.endpoint $extra -}}
{{ include "pdf-export.toDns" $root }}
{{ end }}
{{- with include "pdf-export.toTracing" $root -}}
{{ . }}
{{ end }}
{{- with $extra -}}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* Ingress of what reads metrics: (list $ port). Nothing at all where nobody may: some networks take `[]` for anybody. */}}
{{- define "pdf-export.fromMetrics" -}}
{{- with (index . 0).Values.networkPolicy.metricsFrom -}}
ingress:
  - ports:
      {{- include "pdf-export.tcpPorts" (list (index $ 1)) | trim | nindent 6 }}
    from:
      {{- toYaml . | nindent 6 }}
{{- end }}
{{- end }}
