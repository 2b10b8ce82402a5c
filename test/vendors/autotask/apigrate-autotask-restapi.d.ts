declare module '@apigrate/autotask-restapi' {
  export interface Search {
    filter: unknown[]
    includeFields?: string[]
    maxRecords?: number
  }

  export interface Found {
    items: unknown[]
    pageDetails: { count: number; requestCount: number; nextPageUrl: string | null }
  }

  export interface Readable {
    query(search: Search): Promise<Found>
    count(search: Search): Promise<{ queryCount: number }>
    /** Null for status 404. */
    get(id: number): Promise<{ item: unknown } | null>
    info(): Promise<{ info: Record<string, unknown> }>
    fieldInfo(): Promise<{ fields: Record<string, unknown>[] }>
  }

  export interface Root extends Readable {
    create(values: object): Promise<unknown>
    /** Sends PATCH. */
    update(values: object): Promise<unknown>
    /** Sends PUT. */
    replace(values: object): Promise<unknown>
  }

  export interface Child extends Readable {
    create(parentId: number, values: object): Promise<unknown>
    update(parentId: number, values: object): Promise<unknown>
    replace(parentId: number, values: object): Promise<unknown>
  }

  /** Looks the zone up before its first call. What it throws for a refusal has `status` and `details`. */
  export class AutotaskRestApi {
    /** @param options `base_url` ends in a slash */
    constructor(user: string, secret: string, integrationCode: string, options?: { base_url?: string })
    readonly Companies: Root
    readonly Contracts: Root
    readonly Services: Root
    readonly Tickets: Root
    readonly ContractServices: Child
    readonly ContractServiceUnits: Readable
    readonly ContractServiceAdjustments: Child
    readonly ContractNotes: Child
    readonly TicketNotes: Child
  }
}
