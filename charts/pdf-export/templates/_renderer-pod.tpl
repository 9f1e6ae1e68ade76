{{/* The pod that the controller starts; it adds the name, the owner and the label pdfexport.dev/pod-template. */}}
{{- define "pdf-export.rendererPod" -}}
{{- $emulator := .Values.firebaseEmulator -}}
apiVersion: v1
kind: Pod
metadata:
  labels:
    {{- include "pdf-export.podLabels" (list . "renderer" .Values.renderer) | nindent 4 }}
  annotations:
    {{- /* True always, not only while it is idle: an evicted renderer finishes its jobs in its grace period, and changing
           the annotation would cost two writes a job. */}}
    {{- $safe := dict "cluster-autoscaler.kubernetes.io/safe-to-evict" "true" }}
    {{- $annotations := include "pdf-export.templatePodAnnotations" (list . .Values.renderer 8080) | fromYaml }}
    {{- toYaml (merge (default dict $annotations) $safe) | nindent 4 }}
spec:
  # A renderer that has ended is replaced by the controller, under another name: names are what jobs are assigned to.
  restartPolicy: Never
  {{- if .Values.pool.quota }}
  # Thirty days. That there is one makes the pod's kind of quota the Terminating one, which no other pod here has.
  activeDeadlineSeconds: 2592000
  {{- end }}
  {{- include "pdf-export.podFields" (list . "renderer" .Values.renderer) | nindent 2 }}
  automountServiceAccountToken: true
  # Jobs that it has when it is asked to stop are finished first.
  terminationGracePeriodSeconds: {{ add .Values.jobs.timeoutSeconds 30 }}
  containers:
    - name: renderer
      image: {{ include "pdf-export.image" (list . "renderer") }}
      imagePullPolicy: {{ .Values.imagePullPolicy }}
      args: [renderer]
      # Why it could not start stands in its pod's status, and from there in the condition RenderersAvailable.
      terminationMessagePolicy: FallbackToLogsOnError
      env:
        {{- include "pdf-export.commonEnv" . | nindent 8 }}
        {{- with include "pdf-export.tracingEnv" (list . "renderer") }}
        {{- . | nindent 8 }}
        {{- end }}
        - name: PDFEXPORT_POD_NAME
          valueFrom:
            fieldRef:
              fieldPath: metadata.name
        {{- include "pdf-export.env" (dict
              "TEMPLATES_DIR" (include "pdf-export.templatesDir" .)
              "SANDBOX" .Values.renderer.sandbox
              "SLOTS" .Values.pool.slotsPerPod
              "JOBS_PER_POD" .Values.pool.jobsPerPod
              "STORAGE_PROJECT" (include "pdf-export.project" .)
              "STORAGE_BUCKET" (include "pdf-export.bucket" .)
              "STORAGE_PUBLIC_URL" (include "pdf-export.publicUrl" .)
              "RETENTION" .Values.retention
              "STORAGE_SIGNED_SECONDS" (include "pdf-export.signedSeconds" .)) | trim | nindent 8 }}
        {{- if $emulator.enabled }}
        - name: STORAGE_EMULATOR_HOST
          value: {{ include "pdf-export.emulatorUrl" . }}
        {{- else if .Values.firebase.existingSecret }}
        - name: GOOGLE_APPLICATION_CREDENTIALS
          value: /etc/firebase/service-account.json
        {{- end }}
        {{- with .Values.renderer.extraEnv }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      ports:
        - name: http
          containerPort: 8080
      # Jobs reach a pod sooner the sooner it is seen to be ready.
      readinessProbe:
        httpGet: {path: /readyz, port: http}
        periodSeconds: 1
        timeoutSeconds: 2
        failureThreshold: 3
      livenessProbe:
        httpGet: {path: /healthz, port: http}
        periodSeconds: 10
        timeoutSeconds: 5
        failureThreshold: 3
      {{- with .Values.renderer.resources }}
      resources:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      securityContext:
        {{- include "pdf-export.containerSecurityContext" (list .Values.renderer) | nindent 8 }}
        {{- with .Values.renderer.seccompProfile }}
        seccompProfile:
          type: Localhost
          localhostProfile: {{ . }}
        {{- end }}
      volumeMounts:
        - name: tmp
          mountPath: /tmp
        {{- if and .Values.firebase.existingSecret (not $emulator.enabled) }}
        - name: firebase
          mountPath: /etc/firebase
          readOnly: true
        {{- end }}
        {{- with include "pdf-export.tracingMount" . | trim }}
        {{- . | nindent 8 }}
        {{- end }}
        {{- with include "pdf-export.templateMounts" . | trim }}
        {{- . | nindent 8 }}
        {{- end }}
        {{- with .Values.renderer.extraVolumeMounts }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
  volumes:
    # Chromium's profile and shared memory: never on a disk.
    - name: tmp
      emptyDir:
        medium: Memory
        sizeLimit: {{ .Values.renderer.tmpSizeLimit }}
    {{- if and .Values.firebase.existingSecret (not $emulator.enabled) }}
    - name: firebase
      secret:
        secretName: {{ .Values.firebase.existingSecret }}
        items:
          - key: service-account.json
            path: service-account.json
    {{- end }}
    {{- with include "pdf-export.tracingVolume" . | trim }}
    {{- . | nindent 4 }}
    {{- end }}
    {{- with include "pdf-export.templateVolumes" . | trim }}
    {{- . | nindent 4 }}
    {{- end }}
    {{- with .Values.renderer.extraVolumes }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end }}
