import type { ChargeDialect } from './charge-dialect.ts'

/** What reaches one MSP's Tigerpaw. */
export interface TigerpawConnection {
  /** For error messages. */
  name: string
  /** Where the API is served, e.g. `https://api2.tigerpawsoftware.com`; a pasted path of the API is ignored. */
  baseUrl: string
  credentials: {
    /** Of a rep, for the REST API. */
    publicKey: string
    privateKey: string
    /** The API User, for the SOAP service. */
    soapUser: string
    soapPassword: string
  }
  options: {
    /** The External Product of the API User, by its name or its id. */
    externalProduct: string
    chargeDialect: ChargeDialect
  }
  /** Longest wait for the answer to a write; without it the one of `VendorHttp`. */
  writeTimeoutMs?: number
}

/** What the paths of both APIs are put behind; has no slash at its end. */
export function apiRoot(baseUrl: string): string {
  const { origin, pathname } = new URL(baseUrl.trim())
  return origin + pathname.replace(/\/(api|docs)(\/.*)?$/i, '').replace(/\/+$/, '')
}

/** A name in any case, or an id. */
export function isConfiguredProduct(
  { options }: TigerpawConnection,
  product: { id: number | null | undefined; name: string | null | undefined },
): boolean {
  const wanted = options.externalProduct.trim()
  return `${product.id}` === wanted || product.name?.trim().toLowerCase() === wanted.toLowerCase()
}
