import type { Row } from '../row.ts'
import type { Builders } from './builders.ts'
import { monthsAfter } from './days.ts'
import { type Database, rowsOf } from './records.ts'

/** The records of a database that has every variety that matters. */
export interface Seed {
  inactiveCompany: Row
  /** Has `expired` and its successor `renewed`. */
  renewingCompany: Row
  expired: Row
  renewed: Row
  /** Two lines of one service. */
  doubled: Row
  bundled: Row
  /** A yearly service on a monthly contract. */
  mixed: Row
  /** Its units rows name no contract service. */
  orphaned: Row
  /** Began on 31 January. */
  monthEnd: Row
  inactiveService: Row
}

export function seeded(builders: Builders, database: Database): Seed {
  const today = database.now().toISOString().slice(0, 10)
  const firstOfYear = `${today.slice(0, 4)}-01-01`
  const lastOfYear = `${today.slice(0, 4)}-12-31`
  const lastYear = { startDate: monthsAfter(firstOfYear, -12), endDate: monthsAfter(lastOfYear, -12) }
  const thisYear = { startDate: firstOfYear, endDate: lastOfYear }

  const monthly = builders.addService({ name: 'Endpoint Security, workstation', unitPrice: 3.5 })
  const yearly = builders.addService({ name: 'Security Awareness', unitPrice: 24, periodType: 5 })
  const inactiveService = builders.addService({ name: 'Anti-Virus 2010', unitPrice: 1, isActive: false })
  const bundle = builders.addBundle({ name: 'Workplace, all in', unitPrice: 59 })

  const inactiveCompany = builders.addCompany({ name: 'Gone Ltd', isActive: false })
  const renewingCompany = builders.addCompany({ name: 'Acme GmbH', companyNumber: 'K-1001' })
  const contractOf = (name: string, company: Row, terms: { startDate: string; endDate: string }) =>
    builders.addContract({ company, name, ...terms })

  const expired = contractOf('Managed Security, last year', renewingCompany, lastYear)
  builders.addContractService({ contract: expired, service: monthly, units: 21 })
  const renewed = contractOf('Managed Security', renewingCompany, thisYear)
  builders.editByHand('Contracts', expired, { renewedContractID: renewed.id })
  builders.addContractService({ contract: renewed, service: monthly, units: 25 })

  const doubled = contractOf('Managed Security', builders.addCompany({ name: 'Beta AG' }), thisYear)
  builders.addContractService({ contract: doubled, service: monthly, units: 10 })
  builders.addContractService({ contract: doubled, service: monthly, units: 10, unitPrice: -0.5 })

  const bundled = contractOf('All in', builders.addCompany({ name: 'Gamma KG' }), thisYear)
  builders.addContractBundle({ contract: bundled, bundle, units: 12 })

  const mixed = contractOf('Awareness', builders.addCompany({ name: 'Delta SE' }), thisYear)
  builders.addContractService({ contract: mixed, service: yearly, units: 8 })

  const orphaned = contractOf('Left over', builders.addCompany({ name: 'Epsilon oHG' }), thisYear)
  const orphan = builders.addContractService({ contract: orphaned, service: monthly, units: 3 })
  for (const row of rowsOf(database, 'ContractServiceUnits')) {
    if (row.contractServiceID === orphan.id) {
      builders.editByHand('ContractServiceUnits', row, { contractServiceID: null })
    }
  }

  const monthEnd = contractOf('Month end', builders.addCompany({ name: 'Zeta eG' }), {
    startDate: `${today.slice(0, 4)}-01-31`,
    endDate: monthsAfter(`${today.slice(0, 4)}-01-30`, 12),
  })
  builders.addContractService({ contract: monthEnd, service: monthly, units: 5 })

  for (let n = 1; n <= 500; n++) builders.addCompany({ name: `Customer ${String(n).padStart(3, '0')}` })
  return {
    inactiveCompany,
    renewingCompany,
    expired,
    renewed,
    doubled,
    bundled,
    mixed,
    orphaned,
    monthEnd,
    inactiveService,
  }
}
