import type { VendorHttp } from '../../vendor/http.ts'

export interface KscConnection {
  /** For error messages. */
  name: string
  /** The server with its port, e.g. `https://ksc.example:13299`. */
  baseUrl: string
  credentials: {
    /** A Windows user may be written `DOMAIN\user`. */
    user: string
    password: string
    /** True for a user of Security Center itself, false for one of Windows. */
    internal: boolean
  }
  options: {
    /** Whether subscriptions that were cancelled but still protect are counted. */
    countSoftCancelled: boolean
  }
}

/** A connection, and the way to talk to it. */
export interface Access {
  connection: KscConnection
  http: VendorHttp
}
