import type { Line } from '../port.ts'
import type { AutotaskClient } from './client.ts'
import type { AutotaskConnection } from './connection.ts'
import { autotaskIds } from './ids.ts'
import { bookableOn, monthsOf, type PeriodGrid } from './period.ts'
import { inChunks, mostValues, withIds } from './read.ts'
import {
  type ContractRecord,
  type ContractServiceRecord,
  contractServices,
  contractServiceUnits,
  contracts,
  covers,
  services,
  type UnitsRecord,
} from './records.ts'
import { type UnitsFound, unitsOn } from './units.ts'

type Booking = AutotaskConnection['options']['booking']

interface Found {
  line: ContractServiceRecord
  units: UnitsFound
}

/**
 * Every contract service of these contracts with its units on `day`; two calls for up to 450 contracts, and more only
 * where a service has no units on the day or where bookings wait for periods. A contract is absent where the units of one
 * of its services can't be told.
 *
 * @see docs/vendors/autotask.md, "Units"
 */
export async function lines(
  client: AutotaskClient,
  booking: Booking,
  agreementIds: string[],
  day: string,
): Promise<Map<string, Line[]>> {
  const found = await unitsOfLines(client, autotaskIds(agreementIds), day)
  const dated = found.filter(({ units }) => booking === 'periodStart' || units.kind === 'other_days')
  const contractOf = await contractsOf(client, dated)
  const gridOf = booking === 'periodStart' ? await gridsOf(client, found, contractOf) : () => null

  const told = new Map(agreementIds.map((id): [string, Line[]] => [id, []]))
  const untold = new Set<string>()
  for (const { line, units } of found) {
    const agreementId = `${line.contractID}`
    const quantity = quantityOf(units, contractOf.get(line.contractID), day)
    if (quantity === null) untold.add(agreementId)
    else {
      const row = units.kind === 'covered' ? units.row : undefined
      told.get(agreementId)?.push({
        id: `${line.id}`,
        agreementId,
        productId: `${line.serviceID}`,
        quantity,
        startsOn: null,
        endsOn: null,
        priceLevelId: null,
        bookableOn: booking === 'periodStart' ? bookableOn(day, row, gridOf(line)) : null,
      })
    }
  }
  for (const agreementId of untold) told.delete(agreementId)
  return told
}

async function unitsOfLines(client: AutotaskClient, contractIds: number[], day: string): Promise<Found[]> {
  const [onContracts, rowsOfDay] = await Promise.all([
    withIds(client, contractServices, 'contractID', contractIds),
    withIds(client, contractServiceUnits, 'contractID', contractIds, [
      { op: 'lte', field: 'startDate', value: day },
      { op: 'gte', field: 'endDate', value: day },
    ]),
  ])
  const found = unitsOfEach(day, onContracts, rowsOfDay)
  const uncovered = found.filter(({ units }) => units.kind !== 'covered').map(({ line }) => line)
  if (uncovered.length === 0) return found

  const rows = [...rowsOfDay, ...(await rowsOfAnyDay(client, uncovered))]
  const areUnitsShown = rows.length > 0 || (await anyUnits(client))
  const again = unitsOfEach(day, onContracts, [...new Map(rows.map((row) => [row.id, row])).values()])
  return areUnitsShown ? again : again.map(({ line }) => ({ line, units: { kind: 'unclear' } }))
}

function unitsOfEach(day: string, onContracts: ContractServiceRecord[], rows: UnitsRecord[]): Found[] {
  const rowsOf = Map.groupBy(rows, ({ contractID }) => contractID)
  return [...Map.groupBy(onContracts, ({ contractID }) => contractID)].flatMap(([contractID, onContract]) =>
    onContract.map((line) => ({
      line,
      units: unitsOn(day, line, onContract, rowsOf.get(contractID) ?? []),
    })),
  )
}

/** Both lists of a filter together have no more values than Autotask takes. */
function rowsOfAnyDay(client: AutotaskClient, uncovered: ContractServiceRecord[]): Promise<UnitsRecord[]> {
  return inChunks(uncovered, mostValues / 2, (chunk) => {
    const contractIds = [...new Set(chunk.map(({ contractID }) => contractID))]
    return client.all(contractServiceUnits, [
      {
        op: 'or',
        items: [
          { op: 'in', field: 'contractServiceID', value: chunk.map(({ id }) => id) },
          {
            op: 'and',
            items: [
              { op: 'notExist', field: 'contractServiceID' },
              { op: 'in', field: 'contractID', value: contractIds },
            ],
          },
        ],
      },
    ])
  })
}

/** Where no units of anything can be seen, a right may be missing: no service is taken to stand at 0 then. */
async function anyUnits(client: AutotaskClient): Promise<boolean> {
  const seen = await client.first(contractServiceUnits, [{ op: 'gte', field: 'id', value: 0 }], 1)
  return seen.length > 0
}

async function contractsOf(client: AutotaskClient, found: Found[]): Promise<Map<number, ContractRecord>> {
  const ids = [...new Set(found.map(({ line }) => line.contractID))]
  return new Map((await withIds(client, contracts, 'id', ids)).map((contract) => [contract.id, contract]))
}

async function gridsOf(
  client: AutotaskClient,
  found: Found[],
  contractOf: Map<number, ContractRecord>,
): Promise<(line: ContractServiceRecord) => PeriodGrid | null> {
  const ids = [...new Set(found.map(({ line }) => line.serviceID))]
  const sold = await withIds(client, services, 'id', ids)
  const monthsById = new Map(sold.map(({ id, periodType }) => [id, monthsOf(periodType)]))
  return ({ contractID, serviceID }) => {
    const startsOn = contractOf.get(contractID)?.startDate
    const months = monthsById.get(serviceID) ?? null
    return startsOn === undefined || months === null ? null : { startsOn, months }
  }
}

/** A contract that has ended or not begun has no units on the day, and bills what it had before. */
function quantityOf(units: UnitsFound, contract: ContractRecord | undefined, day: string): number | null {
  switch (units.kind) {
    case 'covered':
      return units.row.units
    case 'no_rows':
      return 0
    case 'other_days':
      return contract === undefined || covers(contract, day) ? null : (units.before?.units ?? 0)
    case 'unclear':
      return null
  }
}
