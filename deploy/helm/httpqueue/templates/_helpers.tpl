{{- define "httpqueue.name" -}}
{{- if contains .Chart.Name .Release.Name }}{{ .Release.Name | trunc 50 | trimSuffix "-" }}{{ else }}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 50 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "httpqueue.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "httpqueue.labels" -}}
{{ include "httpqueue.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "httpqueue.image" -}}
{{ .Values.image.repository }}{{ if .Values.image.digest }}@{{ .Values.image.digest }}{{ else }}:{{ .Values.image.tag | default .Chart.AppVersion }}{{ end }}
{{- end }}

{{/* Kubernetes' own gRPC probe knows no TLS. */}}
{{- define "httpqueue.probe" -}}
{{- if .Values.tls.secretName }}
exec:
  command: [java, -XX:TieredStopAtLevel=1, -XX:+UseSerialGC, -XX:-UsePerfData, -Xmx16m, -cp, httpqueue.jar, io.httpqueue.api.HealthProbe]
{{- else }}
grpc:
  port: 50051
{{- end }}
{{- end }}
