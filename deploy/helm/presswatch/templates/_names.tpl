{{- define "presswatch.name" -}}
{{- printf "%s" .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{/* Labels that select the pods of a service: they never change. */}}
{{- define "presswatch.selector" -}}
app.kubernetes.io/name: presswatch
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .service }}
{{- end -}}

{{- define "presswatch.labels" -}}
{{ include "presswatch.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end -}}

{{- define "presswatch.image" -}}
{{- $image := .root.Values.image -}}
{{- with $image.registry }}{{ . }}/{{ end }}{{ $image.repository }}/{{ .service }}:{{ $image.tag | default .root.Chart.AppVersion }}
{{- end -}}

{{/* Where the stores are, the secrets (of all, and those of `keys` in their place), the settings of all services and then of this one. */}}
{{- define "presswatch.environment" -}}
{{- $root := .root -}}
{{- $fixed := dict
  "PRESSWATCH_DATA" "/data"
  "PRESSWATCH_STREAM" $root.Values.stream
  "PRESSWATCH_STREAM_HOST" $root.Values.streamHost
  "PRESSWATCH_STORE" $root.Values.store
  "PRESSWATCH_INDEX" $root.Values.index
  "PRESSWATCH_METRICS_BIND" "0.0.0.0:9464" -}}
{{- $all := merge (dict) (.settings | default dict) $root.Values.settings $fixed -}}
{{- range $name, $value := $all }}
{{- if $value }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- end }}
{{- range $name, $key := merge (dict) (.keys | default dict) $root.Values.secret.keys }}
- name: {{ $name }}
  valueFrom: { secretKeyRef: { name: {{ $root.Values.secret.name }}, key: {{ $key }} } }
{{- end }}
{{- end -}}

{{/* No root, nothing to write to but its data and /tmp, no capability, no token of the cluster. */}}
{{- define "presswatch.pod" -}}
automountServiceAccountToken: false
serviceAccountName: {{ .account | default (include "presswatch.name" .root) }}
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile: { type: RuntimeDefault }
{{- with .root.Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .root.Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .root.Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
volumes:
  - name: data
    emptyDir: { sizeLimit: 1Gi }
  - name: tmp
    emptyDir: { sizeLimit: 256Mi }
{{- end -}}

{{- define "presswatch.container" -}}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: { drop: [ALL] }
volumeMounts:
  - { name: data, mountPath: /data }
  - { name: tmp, mountPath: /tmp }
{{- end -}}
