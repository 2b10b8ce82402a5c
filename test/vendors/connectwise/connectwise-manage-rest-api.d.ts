declare module 'connectwise-manage-rest-api' {
  export interface Settings {
    fqdn: string
    companyId: string
    publicKey: string
    privateKey: string
    clientId?: string
    /** The codebase; discovered where absent. */
    version?: string
  }

  /** Endpoints come behind `/apis/3.0/` and are sent as they are; a failure has the answer in it. */
  export interface Client {
    get(endpoint: string): Promise<unknown>
    post(endpoint: string, body: unknown): Promise<unknown>
    put(endpoint: string, body: unknown): Promise<unknown>
    patch(endpoint: string, body: unknown): Promise<unknown>
    delete(endpoint: string): Promise<unknown>
  }

  export default function connect(settings: Settings): Client
}
