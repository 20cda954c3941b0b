// Generated from console/src/api/openapi.json by console/scripts/generate-client.mjs. Do not edit.

export interface paths {
  "/api/v1/artifacts/{id}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** Id of the artifact */
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["ArtifactDetail"] } };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"] } };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/endpoints": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["EndpointList"] } };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/models": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["ModelList"] } };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/models/{name}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          name: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["ModelDetail"] } };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"] } };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/models/{name}/progress": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          name: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["ModelProgress"] } };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"] } };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/models/{name}/versions/{version}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          name: string;
          version: number;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["VersionDetail"] } };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"] } };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/models/{name}/versions/{version}/file": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          name: string;
          version: number;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/zip": string } };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"] } };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/monitoring": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["MonitoringList"] } };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/monitoring/{factory}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: {
        query?: {
          limit?: number;
        };
        header?: never;
        path: {
          factory: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["MonitoringDetail"] } };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"] } };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/overview": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Overview"] } };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/runs": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: {
        query?: {
          limit?: number;
          /** `next` of the page before */
          cursor?: string;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["RunList"] } };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"] } };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/runs/{id}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** Id of the run */
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["RunDetail"] } };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"] } };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/runs/{id}/events": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: {
        query?: {
          after?: number | null;
          limit?: number;
        };
        header?: never;
        path: {
          /** Id of the run */
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["RunEvents"]; "text/event-stream": string } };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"] } };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}

export interface components {
  schemas: {
    Alert: {
      /** The same whenever the same thing is found again */
      key: string;
      factory: string;
      severity: "alert" | "warning" | "info";
      state: "open" | "acknowledged" | "snoozed" | "resolved";
      sentence: string;
      /** Milliseconds since 1970-01-01T00:00:00Z */
      openedMs: number;
      /** Milliseconds since 1970-01-01T00:00:00Z */
      changedMs: number;
      /** Milliseconds since 1970-01-01T00:00:00Z */
      snoozedUntilMs: number | null;
      /** Windows in which it was found since it was opened */
      seen: number;
      by: string;
      reason: string | null;
    };
    ArtifactDetail: {
      id: string;
      type: string;
      content: string;
      /** Milliseconds since 1970-01-01T00:00:00Z */
      createdMs: number;
      properties: { [key: string]: unknown };
      files: ({
        name: string;
        object: string;
        sizeBytes: number;
      })[];
      /** The value of a small JSON artifact, else null */
      value?: unknown;
      /** Why `value` is not here */
      valueOmitted: string | null;
      /** Executions that wrote it, with what they read */
      madeBy: (components["schemas"]["LineageHop"])[];
      /** Executions that read it, with what they wrote */
      usedBy: (components["schemas"]["LineageHop"])[];
    };
    ArtifactRef: {
      /** The step's input or output name */
      path: string;
      id: string;
      type: string;
      /** Digest of its meaning */
      content: string;
      sizeBytes: number;
      properties: { [key: string]: unknown };
    };
    ColumnDrift: {
      name: string;
      important: boolean;
      drifted: boolean;
      tests: (components["schemas"]["DriftTest"])[];
    };
    Cost: {
      cpuSeconds: number | null;
      wallSeconds: number | null;
      peakMemoryBytes: number | null;
      money: number | null;
      energyWattHours: number | null;
    };
    DriftTest: {
      test: string;
      value: number | null;
      /** What chance alone rarely exceeds at these sample sizes */
      threshold: number | null;
      drifted: boolean;
    };
    Endpoint: {
      name: string;
      model: string;
      /** The alias that it follows */
      alias: string | null;
      routes: ({
        version: number;
        share: number;
      })[];
      /** A version that is scored beside, never answered with */
      shadow: number | null;
      revision: string;
      by: string;
      reason: string;
      /** Milliseconds since 1970-01-01T00:00:00Z */
      updatedMs: number;
    };
    EndpointList: {
      endpoints: (components["schemas"]["Endpoint"])[];
    };
    Evaluation: {
      /** What was evaluated on what */
      title: string;
      rows: number | null;
      metrics: (components["schemas"]["Metric"])[];
      curves: { [key: string]: unknown } | null;
      confusion?: unknown;
    };
    FactorySummary: {
      factory: string;
      endpoint: string | null;
      windows: number;
      /** Milliseconds since 1970-01-01T00:00:00Z */
      lastFromMs: number | null;
      /** Milliseconds since 1970-01-01T00:00:00Z */
      lastToMs: number | null;
      /** Of the last window: steady, drifted, worse or too few rows */
      verdict: string | null;
      /** Columns that drifted in the last window */
      drifted: number | null;
      columns: number | null;
      openAlerts: number;
    };
    Failure: {
      node: string | null;
      code: string;
      message: string;
      next: string;
    };
    GateCheck: {
      name: string;
      passed: boolean;
      value?: unknown;
      limit?: unknown;
      evidence?: unknown;
      next: string | null;
    };
    Guardrail: {
      name: string;
      column: string | null;
      verdict: "pass" | "warn" | "block";
      evidence?: unknown;
    };
    InputColumn: {
      name: string;
      type: string;
      missingAllowed: boolean;
      levels: (string)[] | null;
      low: number | null;
      high: number | null;
      pattern: string | null;
    };
    LeaderboardRow: {
      rank: number;
      learner: string;
      options: { [key: string]: unknown };
      score: number | null;
      low: number | null;
      high: number | null;
      trainSeconds: number | null;
      scoreMicros: number | null;
      sizeBytes: number | null;
      /** Nothing else is as good in quality, time a row and size, and better in one of them */
      front: boolean;
      /** The model that was taken */
      chosen: boolean;
      /** Why it may not be taken */
      lost: (string)[];
    };
    LineageHop: {
      executionId: string;
      step: string;
      runId: string | null;
      path: string;
      artifacts: (components["schemas"]["ArtifactRef"])[];
    };
    Metric: {
      name: string;
      value: number | null;
      low: number | null;
      high: number | null;
      /** Whether more is better */
      direction: "up" | "down" | "none";
      /** Why there is no value */
      reason?: string;
    };
    ModelComparison: {
      /** The model that it was compared with on the same rows */
      other: string;
      metric: string;
      /** This version's metric minus the other's */
      difference: number | null;
      low: number | null;
      high: number | null;
      pBetter: number | null;
    };
    ModelDetail: {
      model: components["schemas"]["ModelSummary"];
      /** Newest first */
      versions: (components["schemas"]["VersionSummary"])[];
      /** Newest first */
      history: (components["schemas"]["ModelEvent"])[];
    };
    ModelEvent: {
      sequence: number;
      type: string;
      /** Milliseconds since 1970-01-01T00:00:00Z */
      atMs: number;
      data: { [key: string]: unknown };
    };
    ModelList: {
      models: (components["schemas"]["ModelSummary"])[];
    };
    ModelProgress: {
      /** null where no version was judged by true values */
      progress: {
        metric: string;
        /** Oldest first, each on its own test rows */
        points: ({
          version: number;
          value: number;
          low: number | null;
          high: number | null;
          /** The best value up to this version */
          best: number;
        })[];
        /** Where the best value would be if versions went on as they did */
        projected: ({
          version: number;
          value: number;
          low: number | null;
          high: number | null;
        })[];
        /** What that says, or why nothing is projected */
        said: string;
      } | null;
    };
    ModelSummary: {
      name: string;
      versions: number;
      latest: number | null;
      aliases: { [key: string]: number };
      task: string | null;
      /** The main metric of the champion, or of the latest version */
      metric: components["schemas"]["Metric"] | null;
      /** Milliseconds since 1970-01-01T00:00:00Z */
      updatedMs: number | null;
      endpoints: (string)[];
    };
    MonitoredWindow: {
      sequence: number;
      /** Milliseconds since 1970-01-01T00:00:00Z */
      recordedMs: number;
      /** The version that served */
      champion: string | null;
      /** Whether the loop was asked to turn again, and why */
      trigger: {
        fire: boolean;
        reasons: (string)[];
        heldBack: string | null;
      } | null;
      /** Milliseconds since 1970-01-01T00:00:00Z */
      fromMs: number;
      /** Milliseconds since 1970-01-01T00:00:00Z */
      toMs: number;
      rows: number;
      referenceRows: number;
      enoughRows: boolean;
      verdict: string;
      /** Drifted columns / columns */
      share: number | null;
      columns: (components["schemas"]["ColumnDrift"])[];
      prediction: {
        drifted: boolean;
        tests: (components["schemas"]["DriftTest"])[];
        positiveRate: {
          reference: number;
          current: number;
        } | null;
      };
      labels: {
        labelled: number;
        unlabelled: number;
        /** Rows whose outcome is known / rows */
        coverage: number;
        medianDelayMs: number | null;
        metrics: (components["schemas"]["RealisedMetric"])[];
      };
      software: { [key: string]: unknown };
      /** Most important first */
      findings: ({
        key: string;
        severity: string;
        importance: number;
        sentence: string;
      })[];
    };
    MonitoringDetail: {
      factory: string;
      endpoint: string | null;
      /** Oldest first; of a window that was judged again, the last judgement */
      windows: (components["schemas"]["MonitoredWindow"])[];
      /** Newest first */
      alerts: (components["schemas"]["Alert"])[];
    };
    MonitoringList: {
      factories: (components["schemas"]["FactorySummary"])[];
    };
    Overview: {
      version: string;
      /** Milliseconds since 1970-01-01T00:00:00Z */
      nowMs: number;
      runs: {
        /** How many of the newest runs the counts are over */
        recent: number;
        /** Whether there are older ones */
        more: boolean;
        running: number;
        waiting: number;
        stopped: number;
        failed: number;
        complete: number;
      };
      lastRuns: (components["schemas"]["RunSummary"])[];
      models: (components["schemas"]["ModelSummary"])[];
      endpoints: (components["schemas"]["Endpoint"])[];
      factories: (components["schemas"]["FactorySummary"])[];
      /** Open alerts, most urgent first */
      alerts: (components["schemas"]["Alert"])[];
    };
    Problem: {
      type: string;
      status: number;
      code: string;
      title: string;
      detail: string;
      /** One imperative sentence: what to do */
      next: string;
    };
    RealisedMetric: {
      name: string;
      value: number | null;
      low: number | null;
      high: number | null;
      /** When the model was evaluated */
      reference: {
        value: number | null;
        low: number | null;
        high: number | null;
      } | null;
      drop: {
        value: number;
        low: number;
        high: number;
      } | null;
      verdict: "worse" | "better" | "same" | "unknown";
      reason: string | null;
    };
    RunDetail: {
      run: components["schemas"]["RunSummary"];
      properties: { [key: string]: unknown };
      nodes: (components["schemas"]["RunNode"])[];
      edges: (components["schemas"]["RunEdge"])[];
      /** What made steps fail, oldest first */
      errors: (components["schemas"]["Failure"])[];
      /** Where to go on reading events */
      lastSequence: number;
    };
    RunEdge: {
      source: string;
      target: string;
      /** Outputs that flow along it, or why the order is so */
      label: string;
      kind: "data" | "condition" | "order";
    };
    RunEvent: {
      sequence: number;
      type: string;
      /** Milliseconds since 1970-01-01T00:00:00Z */
      atMs: number;
      data: { [key: string]: unknown };
    };
    RunEvents: {
      events: (components["schemas"]["RunEvent"])[];
      /** Pass as `after` to go on */
      next: number;
    };
    RunList: {
      runs: (components["schemas"]["RunSummary"])[];
      /** Cursor of the page of older runs */
      next: string | null;
    };
    RunNode: {
      id: string;
      step: string;
      version: number | null;
      kind: string | null;
      state: "pending" | "running" | "waiting" | "complete" | "cached" | "failed" | "skipped" | "stopped";
      /** Why it ran, was cached or was left out */
      reason: string | null;
      /** The run whose result was taken */
      cachedFrom: string | null;
      /** Milliseconds since 1970-01-01T00:00:00Z */
      startedMs: number | null;
      /** Milliseconds since 1970-01-01T00:00:00Z */
      endedMs: number | null;
      seconds: number | null;
      attempts: number;
      cost: components["schemas"]["Cost"] | null;
      options: { [key: string]: unknown };
      metrics: { [key: string]: number };
      inputs: (components["schemas"]["ArtifactRef"])[];
      outputs: (components["schemas"]["ArtifactRef"])[];
      executionId: string | null;
      cacheKey: string | null;
      /** Everything else that was recorded: code digest, seed, host, environment, commit */
      facts: { [key: string]: unknown };
      error: components["schemas"]["Failure"] | null;
    };
    RunSummary: {
      id: string;
      pipeline: string;
      state: "running" | "waiting" | "complete" | "failed" | "stopped";
      /** Milliseconds since 1970-01-01T00:00:00Z */
      startedMs: number;
      /** Milliseconds since 1970-01-01T00:00:00Z */
      endedMs: number | null;
      counts: {
        total: number;
        cached: number;
        done: number;
        failed: number;
        running: number;
      };
      /** What started it, where that was recorded */
      trigger: string | null;
    };
    Slice: {
      name: string;
      rows: number;
      metric: components["schemas"]["Metric"] | null;
      /** How much worse than all rows */
      gap: number | null;
      clearlyWorse: boolean;
    };
    VersionDetail: {
      model: string;
      version: components["schemas"]["VersionSummary"];
      task: string | null;
      target: string | null;
      classes: (string)[] | null;
      threshold: number | null;
      card?: unknown;
      evaluation: components["schemas"]["Evaluation"] | null;
      validation: components["schemas"]["Evaluation"] | null;
      /** The baseline and the champion on the same rows */
      comparisons: (components["schemas"]["Evaluation"])[];
      against: (components["schemas"]["ModelComparison"])[];
      /** Worst first */
      slices: (components["schemas"]["Slice"])[];
      /** What a good-looking metric may hide */
      alarms: (string)[];
      /** Why the search chose this model */
      reasons: (string)[];
      leaderboard: (components["schemas"]["LeaderboardRow"])[];
      leaderboardMetric: string | null;
      guardrails: (components["schemas"]["Guardrail"])[];
      gate: {
        passed: boolean;
        checks: (components["schemas"]["GateCheck"])[];
      } | null;
      inputs: (components["schemas"]["InputColumn"])[];
      assumptions: (unknown)[];
      files: ({
        name: string;
        sizeBytes: number;
      })[];
      /** Whether …/file gives the model as a file, to score with */
      modelFile: boolean;
      /** Artifact ids by type */
      artifacts: { [key: string]: string };
      endpoints: (string)[];
      facts: { [key: string]: unknown };
    };
    VersionSummary: {
      version: number;
      aliases: (string)[];
      /** Milliseconds since 1970-01-01T00:00:00Z */
      createdMs: number | null;
      digest: string | null;
      runId: string | null;
      stage: string | null;
      approval: "approved" | "pending" | "rejected";
      riskTier: string;
      owner: string;
      metrics: (components["schemas"]["Metric"])[];
      mainMetric: string | null;
    };
  };
}
