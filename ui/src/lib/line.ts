/** Whether the platform is unreachable: no network, or a captive portal. */
export const isCut = (connection: string | undefined): boolean =>
  connection === 'offline' || connection === 'captive';
