/** Whether the platform is unreachable: no network, or a captive portal. */
export const isDisconnected = (connection: string | undefined): boolean =>
  connection === 'offline' || connection === 'captive';
