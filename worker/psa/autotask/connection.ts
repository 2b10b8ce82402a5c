/** What reaches one MSP's Autotask. */
export interface AutotaskConnection {
  /** For error messages. */
  name: string
  /** Where the zone is looked up, e.g. `https://webservices.autotask.net`; a zone's own host will do, a path is ignored. */
  baseUrl: string
  credentials: {
    /** The key of an API-only user. */
    userName: string
    secret: string
    /** The API tracking identifier. */
    integrationCode: string
  }
  options: {
    /** On which days units change: on any, or only on the first day of a billing period, so that nothing is prorated. */
    booking: 'daily' | 'periodStart'
    /** Whether a service that is not on a contract may be put there. */
    createMissingService: boolean
  }
  /** Longest wait for the answer to a write; without it the one of `VendorHttp`. */
  writeTimeoutMs?: number
}
