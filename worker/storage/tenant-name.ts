/** How a tenant is named in addresses and answers: `connection/id`. The id itself may hold slashes. */
export function tenantName(connection: string, id: string): string {
  return `${connection}/${id}`
}

/** The parts of a tenant's name, or null where it is none. */
export function tenantParts(name: string): { connection: string; id: string } | null {
  const slash = name.indexOf('/')
  if (slash < 1 || slash === name.length - 1) return null
  return { connection: name.slice(0, slash), id: name.slice(slash + 1) }
}
