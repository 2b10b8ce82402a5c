interface Right {
  path: string
  /** As Tigerpaw names it in a security role. */
  item: string
  /** Where it takes more than reading. */
  changes?: true
}

/**
 * Everything that is read, and the service orders that are made.
 *
 * @see docs/vendors/tigerpaw.md, "Rights"
 */
const rights: Right[] = [
  { path: '/api/accounts', item: 'Accounts' },
  { path: '/api/agreements', item: 'Recurring agreements' },
  { path: '/api/pricebook', item: 'Price book items' },
  { path: '/api/mastertables', item: 'Master tables' },
  { path: '/api/serviceorders', item: 'Service orders', changes: true },
]

/** What the rep may not do whose call was answered with 403, and how to allow it. */
export function missingRight(path: string): string {
  const right = rights.find((each) => path.startsWith(each.path))
  if (right === undefined) {
    return 'The rep with the REST keys may not do this; check its security role in Tigerpaw.'
  }
  const [verb, actions] = right.changes ? ['read and change', 'Get, Create and Update'] : ['read', 'Get']
  return (
    `The rep with the REST keys may not ${verb} "${right.item}". In Tigerpaw open the security role of that rep and allow ` +
    `${actions} for ${right.item}.`
  )
}
