import type { Line } from './port.ts'

/** The lines of each agreement, one after another, for a PSA that tells those of one agreement at a time. */
export async function linesOfEach(
  agreementIds: string[],
  read: (agreementId: string) => Promise<Line[]>,
): Promise<Map<string, Line[]>> {
  const lines = new Map<string, Line[]>()
  for (const id of agreementIds) lines.set(id, await read(id))
  return lines
}
