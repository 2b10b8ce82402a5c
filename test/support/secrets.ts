/** Settings of a Worker that runs on this machine only. */
export const workerSecrets = {
  ADMIN_TOKEN: 'administrator-token-for-tests-0123456789',
  CREDENTIALS_KEY: Buffer.alloc(32, 7).toString('base64'),
  SESSION_KEY: 'session-key-for-tests',
}
