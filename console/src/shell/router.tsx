import { lazy, Suspense } from "react";
import { createBrowserRouter } from "react-router";
import { HomePage } from "../pages/home.tsx";
import { NotFoundPage } from "../pages/not-found.tsx";
import { RunsPage } from "../pages/runs.tsx";
import { Layout } from "./layout.tsx";
import { PageFault } from "./page-fault.tsx";
import { PageWait } from "./page-wait.tsx";

const RunPage = lazy(() => import("../pages/run/run-page.tsx"));
const ModelsPage = lazy(() => import("../pages/models.tsx"));
const ModelPage = lazy(() => import("../pages/model/model-page.tsx"));
const MonitoringPage = lazy(() => import("../pages/monitoring/monitoring-page.tsx"));
const ArtifactPage = lazy(() => import("../pages/artifact.tsx"));

const later = (page: React.ReactNode) => <Suspense fallback={<PageWait />}>{page}</Suspense>;

export const router = createBrowserRouter([
  {
    element: <Layout />,
    errorElement: <PageFault />,
    children: [
      { index: true, element: <HomePage /> },
      { path: "runs", element: <RunsPage /> },
      { path: "runs/:id", element: later(<RunPage />) },
      { path: "models", element: later(<ModelsPage />) },
      { path: "models/:name", element: later(<ModelPage />) },
      { path: "models/:name/:version", element: later(<ModelPage />) },
      { path: "monitoring", element: later(<MonitoringPage />) },
      { path: "monitoring/:factory", element: later(<MonitoringPage />) },
      { path: "artifacts/:id", element: later(<ArtifactPage />) },
      { path: "*", element: <NotFoundPage /> },
    ],
  },
]);
