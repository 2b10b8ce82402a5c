/**
 * Does `work` for each item, at most `width` at a time, until all are done or `mayGoOn` says no; items that were begun
 * are finished. The first failure is thrown once nothing is under way any more.
 */
export async function sideBySide<T>(
  items: T[],
  width: number,
  mayGoOn: () => boolean,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const rest = [...items]
  const failures: unknown[] = []
  const worker = async () => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) {
      if (failures.length > 0 || !mayGoOn()) return
      try {
        await work(item)
      } catch (error) {
        failures.push(error)
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker))
  if (failures.length > 0) throw failures[0]
}
