export interface KubernetesParts {
  readonly name: string;
  readonly image: string;
  /** `null`: it is a filter, and listens to nothing. */
  readonly port: number | null;
}

const security = `          securityContext:
            runAsNonRoot: true
            runAsUser: 65532
            readOnlyRootFilesystem: true
            allowPrivilegeEscalation: false
            capabilities: { drop: [ALL] }
`;

/** Manifests for a cluster, by file name: a KServe InferenceService and a Deployment of a server, a Job of a filter. */
export function kubernetesManifests({ name, image, port }: KubernetesParts): ReadonlyMap<string, string> {
  if (port === null) return new Map([["job.yaml", job(name, image)]]);
  return new Map([
    ["inference-service.yaml", inferenceService(name, image, port)],
    ["deployment.yaml", deployment(name, image, port)],
  ]);
}

function inferenceService(name: string, image: string, port: number): string {
  return `apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata:
  name: ${name}
spec:
  predictor:
    containers:
      - name: kserve-container
        image: ${image}
        ports:
          - containerPort: ${port}
            protocol: TCP
        readinessProbe:
          httpGet: { path: /v2/health/ready, port: ${port} }
        resources:
          requests: { cpu: 100m, memory: 64Mi }
          limits: { memory: 512Mi }
        securityContext:
          runAsNonRoot: true
          runAsUser: 65532
          readOnlyRootFilesystem: true
          allowPrivilegeEscalation: false
          capabilities: { drop: [ALL] }
`;
}

function deployment(name: string, image: string, port: number): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
  labels: { app: ${name} }
spec:
  replicas: 2
  selector:
    matchLabels: { app: ${name} }
  template:
    metadata:
      labels: { app: ${name} }
    spec:
      containers:
        - name: model
          image: ${image}
          ports:
            - containerPort: ${port}
          readinessProbe:
            httpGet: { path: /v2/health/ready, port: ${port} }
          livenessProbe:
            httpGet: { path: /v2/health/live, port: ${port} }
          resources:
            requests: { cpu: 100m, memory: 64Mi }
            limits: { memory: 512Mi }
${security}---
apiVersion: v1
kind: Service
metadata:
  name: ${name}
spec:
  selector: { app: ${name} }
  ports:
    - port: 80
      targetPort: ${port}
`;
}

function job(name: string, image: string): string {
  return `# The image is a filter: rows as CSV on stdin, scores as CSV on stdout. Attach to it: kubectl attach -i job/${name} < in.csv
apiVersion: batch/v1
kind: Job
metadata:
  name: ${name}
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: model
          image: ${image}
          stdin: true
          stdinOnce: true
          resources:
            requests: { cpu: 100m, memory: 64Mi }
            limits: { memory: 512Mi }
${security}`;
}
