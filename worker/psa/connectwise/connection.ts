/** What reaches one MSP's ConnectWise. */
export interface ConnectWiseConnection {
  /** For error messages. */
  name: string
  /** The address people sign in at, e.g. `https://na.myconnectwise.net`; a pasted API path is ignored. */
  baseUrl: string
  credentials: {
    /** The company that is typed at sign-in, not a customer. */
    companyId: string
    publicKey: string
    privateKey: string
    clientId: string
  }
  /** Longest wait for the answer to a write; without it the one of `VendorHttp`. */
  writeTimeoutMs?: number
}
