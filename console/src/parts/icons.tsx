import type { ReactNode } from "react";

/** Line icons on a 24 grid, drawn for this console; decoration only, so hidden from screen readers. */
function icon(body: ReactNode, size = 18) {
  return function Icon(props: { size?: number; className?: string }) {
    return (
      <svg
        width={props.size ?? size}
        height={props.size ?? size}
        viewBox="0 0 24 24"
        fill="none"
        stroke="currentColor"
        strokeWidth={1.9}
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden="true"
        className={props.className}
      >
        {body}
      </svg>
    );
  };
}

export const HomeIcon = icon(<path d="M4 11.5 12 4l8 7.5V20h-5.5v-5h-5v5H4z" />);
export const RunsIcon = icon(<path d="M5 5v14M5 8h9M5 12h14M5 16h6" />);
export const ModelsIcon = icon(<path d="m12 3 8 4.5v9L12 21l-8-4.5v-9zM4 7.5l8 4.5 8-4.5M12 12v9" />);
export const MonitoringIcon = icon(<path d="M3 13h4l2.5-7 4 13 2.5-6h5" />);
export const AlertIcon = icon(<path d="M12 4 2.8 19.5h18.4zM12 10v4M12 17v.01" />);
export const EndpointIcon = icon(<path d="M4 6h16v5H4zM4 14h16v5H4zM7.5 8.5v.01M7.5 16.5v.01" />);
export const SunIcon = icon(
  <path d="M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4" />,
);
export const MoonIcon = icon(<path d="M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10z" />);
export const KeyboardIcon = icon(<path d="M3 7h18v10H3zM7 11v.01M11 11v.01M15 11v.01M8 14h8" />);
export const CheckIcon = icon(<path d="m5 12.5 4.5 4.5L19 7.5" />, 14);
export const CrossIcon = icon(<path d="M6.5 6.5l11 11M17.5 6.5l-11 11" />, 14);
export const CacheIcon = icon(<path d="M13 3 5 13.5h6L10 21l8-10.5h-6z" />, 14);
export const RunningIcon = icon(<path d="M20 12a8 8 0 1 1-3-6.2" />, 14);
export const WaitIcon = icon(<path d="M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 8v4.5l3 2" />, 14);
export const DashIcon = icon(<path d="M6 12h12" />, 14);
export const WarnIcon = icon(<path d="M12 5v8M12 17.5v.01" />, 14);
export const CopyIcon = icon(<path d="M9 9h11v11H9zM15 9V4H4v11h5" />, 16);
export const CloseIcon = icon(<path d="M6.5 6.5l11 11M17.5 6.5l-11 11" />, 18);
export const BackIcon = icon(<path d="M14.5 6 8.5 12l6 6" />, 16);
