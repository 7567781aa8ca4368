/** Whether nothing of the platform can be had: no network, or a network that wants a sign-in first. */
export const isCut = (connection: string | undefined): boolean =>
  connection === 'offline' || connection === 'captive';
