import { describe, expect, test } from 'vitest'
import {
  agreement,
  line,
  otherCompany,
  ours,
  outcomeOf,
  part,
  planOf,
  type Situation,
  wants,
} from '../support/planning.ts'

const kes = (quantity: number) => part(quantity, { application: 'kes' })
const edr = (quantity: number) => part(quantity, { application: 'edr' })
const at = (product: string) => ({ product })

describe('an application that is mapped to another product', () => {
  const moved: Situation = {
    wanted: [wants([kes(43)], at('502'))],
    lines: [line('7', 40)],
    own: [ours('7', [kes(40)])],
  }

  test('has its old line set to 0 before the new one is made, once a person agrees', () => {
    expect(planOf(moved).changes).toMatchObject([
      {
        productId: '502',
        lineId: null,
        kind: 'create',
        from: 0,
        to: 43,
        reason: 'replaces_line',
        replaces: [{ agreementId: '31', productId: '501', lineId: '7', from: 40, to: 0, parts: [] }],
      },
    ])
  })

  test('has one change for both lines, although the old product still bills another application', () => {
    const wanted = [wants(0, at('501')), wants([kes(43)], at('502'))]

    expect(outcomeOf({ ...moved, wanted })).toEqual([
      {
        product: '502',
        do: 'create',
        from: 0,
        to: 43,
        reason: 'replaces_line',
        first: [{ line: '7', from: 40, to: 0 }],
      },
    ])
  })

  test('goes to a line of ours, or of a person, in the same way', () => {
    const mine = [line('7', 40), line('8', 3, at('502'))]
    const first = [{ line: '7', from: 40, to: 0 }]

    expect(outcomeOf({ ...moved, lines: mine })).toMatchObject([
      { do: 'set', from: 3, to: 43, reason: 'replaces_line', first },
    ])
    expect(outcomeOf({ ...moved, lines: [line('7', 40), line('8', 43, at('502'))] })).toMatchObject([
      { do: 'set', from: 43, to: 43, reason: 'replaces_line', first },
    ])
  })

  test('is free to go once the old line is at 0', () => {
    expect(outcomeOf({ ...moved, lines: [line('7', 0)] })).toMatchObject([
      { do: 'create', to: 43, reason: null },
    ])
  })

  test('is free to go where a person ended the old line', () => {
    expect(outcomeOf({ ...moved, lines: [line('7', 40, { endsOn: '2026-03-01' })] })).toMatchObject([
      { do: 'create', to: 43, reason: null },
    ])
  })

  test('leaves the old line alone where the new product has to be mended first', () => {
    const wanted = [wants(0, at('501')), wants([kes(43)], at('502'))]

    expect(outcomeOf({ ...moved, wanted, missingProducts: ['502'] })).toMatchObject([
      { product: '502', to: 43, reason: 'product_not_found' },
    ])
  })

  test('takes the old line down although its product is inactive', () => {
    expect(outcomeOf({ ...moved, inactiveProducts: ['501'] })).toMatchObject([
      { product: '502', reason: 'replaces_line', first: [{ line: '7', from: 40, to: 0 }] },
    ])
  })

  test('stays on the old line where a person dismissed that', () => {
    const wanted = [wants(0, at('501')), wants([kes(40)], at('502'))]
    const [, now] = wanted

    expect(outcomeOf({ ...moved, wanted, dismissed: now ? [[now, 40]] : [] })).toEqual([
      { product: '501', do: 'keep', at: 40, agrees: true },
    ])
  })
})

describe('a product that two applications share', () => {
  const shared = { lines: [line('7', 15)], own: [ours('7', [kes(10), edr(5)])] }

  test('keeps what does not move', () => {
    const wanted = [wants([edr(6)], at('501')), wants([kes(10)], at('502'))]

    expect(outcomeOf({ ...shared, wanted })).toEqual([
      {
        product: '502',
        do: 'create',
        from: 0,
        to: 10,
        reason: 'replaces_line',
        first: [{ line: '7', from: 15, to: 6 }],
      },
    ])
  })

  test('keeps what is mapped to nothing any more', () => {
    const { changes } = planOf({ ...shared, wanted: [wants([kes(10)], at('502'))] })

    expect(changes).toMatchObject([
      { productId: '502', to: 10, replaces: [{ lineId: '7', from: 15, to: 5, parts: [edr(5)] }] },
    ])
  })

  test('is in nobody’s way where the rest alone is as much', () => {
    const wanted = [wants([edr(30)], at('501')), wants([kes(10)], at('502'))]

    expect(outcomeOf({ ...shared, wanted })).toEqual([
      { product: '501', do: 'set', from: 15, to: 30, reason: null },
      { product: '502', do: 'create', from: 0, to: 10, reason: null },
    ])
  })

  test('goes on counting the rest after the move was dismissed', () => {
    const moving = wants([kes(10)], at('502'))
    const wanted = [wants([edr(3)], at('501')), moving]

    expect(outcomeOf({ ...shared, wanted, dismissed: [[moving, 10]] })).toEqual([
      { product: '501', do: 'set', from: 15, to: 13, reason: null },
    ])
  })
})

test('a quantity that was dismissed on a line does not keep that line from being replaced', () => {
  const rest = wants([edr(5)], at('501'))
  const shared = { lines: [line('7', 15)], own: [ours('7', [kes(10), edr(5)])] }

  expect(
    outcomeOf({ ...shared, wanted: [rest, wants([kes(10)], at('502'))], dismissed: [[rest, 5]] }),
  ).toEqual([
    {
      product: '502',
      do: 'create',
      from: 0,
      to: 10,
      reason: 'replaces_line',
      first: [{ line: '7', from: 15, to: 5 }],
    },
  ])
})

test('use that has moved already is not kept on its former line as well', () => {
  const keptByHand = wants([kes(10)], { product: '502', manualQuantity: 'keep' })

  expect(
    outcomeOf({
      wanted: [wants([edr(12)], at('501')), keptByHand],
      lines: [line('7', 15), line('8', 11, at('502'))],
      own: [ours('7', [kes(10), edr(5)]), ours('8', [kes(10)], at('502'))],
    }),
  ).toMatchObject([
    { product: '501', from: 15, to: 12, reason: null },
    { product: '502', do: 'keep', at: 11, agrees: false },
  ])
})

describe('products that change places', () => {
  const two = (first: number, second: number): Partial<Situation> => ({
    lines: [line('7', first), line('8', second, at('502'))],
    own: [ours('7', [kes(first)]), ours('8', [edr(second)], at('502'))],
  })

  test('go down first on either side, whichever is approved first', () => {
    const wanted = [wants([edr(5)], at('501')), wants([kes(10)], at('502'))]

    expect(outcomeOf({ wanted, ...two(10, 5) })).toMatchObject([
      { product: '501', from: 10, to: 5, reason: 'replaces_line', first: [{ line: '8', from: 5, to: 0 }] },
      { product: '502', from: 5, to: 10, reason: 'replaces_line', first: [{ line: '7', from: 10, to: 0 }] },
    ])
  })

  test('need no write where they bill the same', () => {
    const wanted = [wants([edr(10)], at('501')), wants([kes(10)], at('502'))]

    expect(outcomeOf({ wanted, ...two(10, 10) })).toMatchObject([
      { product: '501', do: 'keep', at: 10, agrees: true },
      { product: '502', do: 'keep', at: 10, agrees: true },
    ])
  })

  test('wait for each other in a row', () => {
    const mail = (quantity: number) => part(quantity, { application: 'mail-server' })
    const wanted = [wants([kes(10)], at('502')), wants([edr(5)], at('503')), wants([mail(3)], at('504'))]
    const { lines = [], own = [] } = two(10, 5)
    const row = {
      lines: [...lines, line('9', 3, at('503'))],
      own: [...own, ours('9', [mail(3)], at('503'))],
    }

    expect(outcomeOf({ wanted, ...row })).toMatchObject([
      { product: '502', from: 5, to: 10, reason: 'replaces_line', first: [{ line: '7', from: 10, to: 0 }] },
      { product: '503', from: 3, to: 5, reason: 'replaces_line', first: [{ line: '8', from: 5, to: 0 }] },
      { product: '504', from: 0, to: 3, reason: 'replaces_line', first: [{ line: '9', from: 3, to: 0 }] },
    ])
  })
})

describe('the category switch', () => {
  const workstations = part(6, { category: 'workstation' })
  const servers = part(3, { category: 'server' })

  test('turned on, sets the line of all devices to 0 before each line of a category', () => {
    const first = [{ line: '7', from: 9, to: 0 }]

    expect(
      outcomeOf({
        wanted: [wants([workstations], at('601')), wants([servers], at('602'))],
        lines: [line('7', 9)],
        own: [ours('7', [part(9)])],
      }),
    ).toMatchObject([
      { product: '601', do: 'create', to: 6, reason: 'replaces_line', first },
      { product: '602', do: 'create', to: 3, reason: 'replaces_line', first },
    ])
  })

  test('turned on, makes the other categories without asking once the first is approved', () => {
    expect(
      outcomeOf({
        wanted: [wants([workstations], at('601')), wants([servers], at('602'))],
        lines: [line('7', 0), line('8', 6, at('601'))],
        own: [ours('7', []), ours('8', [workstations], at('601'))],
      }),
    ).toMatchObject([
      { product: '602', do: 'create', to: 3, reason: null },
      { product: '601', do: 'keep', at: 6, agrees: true },
    ])
  })

  test('turned on where workstations keep the product, lowers that line to them first', () => {
    expect(
      outcomeOf({
        wanted: [wants([workstations], at('501')), wants([servers], at('602'))],
        lines: [line('7', 9)],
        own: [ours('7', [part(9)])],
      }),
    ).toMatchObject([
      {
        product: '602',
        do: 'create',
        to: 3,
        reason: 'replaces_line',
        first: [{ line: '7', from: 9, to: 6 }],
      },
    ])
  })

  test('turned off, sets every line of a category to 0 before the line of all devices', () => {
    expect(
      outcomeOf({
        wanted: [wants(9)],
        lines: [line('8', 6, at('601')), line('9', 3, at('602'))],
        own: [ours('8', [workstations], at('601')), ours('9', [servers], at('602'))],
      }),
    ).toMatchObject([
      {
        product: '501',
        do: 'create',
        to: 9,
        reason: 'replaces_line',
        first: [
          { line: '8', from: 6, to: 0 },
          { line: '9', from: 3, to: 0 },
        ],
      },
    ])
  })
})

describe('a tenant that is mapped to another place', () => {
  const elsewhere = { agreement: '32' }
  const moved: Situation = {
    wanted: [wants(40)],
    lines: [line('7', 40, elsewhere)],
    own: [ours('7', 40, elsewhere)],
  }
  const replaced = { do: 'create', to: 40, reason: 'replaces_line', first: [{ line: '7', from: 40, to: 0 }] }

  test('takes its line on the former agreement down first', () => {
    expect(outcomeOf(moved)).toMatchObject([replaced])
  })

  test('takes its line at the former company down first', () => {
    const agreements = [agreement('32', { companyId: otherCompany })]

    expect(outcomeOf({ ...moved, agreements })).toMatchObject([replaced])
  })

  test('leaves there what other tenants of the former company use', () => {
    const own = [ours('7', [part(40), part(12, { tenant: 'ksc/bert' })], elsewhere)]
    const lines = [line('7', 52, elsewhere)]

    expect(planOf({ ...moved, own, lines }).changes).toMatchObject([
      { to: 40, replaces: [{ lineId: '7', from: 52, to: 12, parts: [part(12, { tenant: 'ksc/bert' })] }] },
    ])
  })

  test('goes as a whole, whatever its devices became meanwhile', () => {
    const wanted = [wants([part(40, { category: 'server' })])]
    const own = [ours('7', [part(40, { category: 'other' })], elsewhere)]

    expect(outcomeOf({ ...moved, wanted, own })).toMatchObject([replaced])
  })

  test.each([
    ['ended', agreement('32', { endsOn: '2026-03-09' })],
    ['was ended in the PSA', agreement('32', { state: 'ended' })],
    ['is inactive', agreement('32', { state: 'inactive' })],
  ])('is not held by an agreement that %s', (_, former) => {
    expect(outcomeOf({ ...moved, agreements: [former] })).toMatchObject([
      { do: 'create', to: 40, reason: null },
    ])
  })

  test('is not held by an agreement that is gone', () => {
    expect(outcomeOf({ ...moved, missingAgreements: ['32'] })).toMatchObject([{ to: 40, reason: null }])
  })

  test('stays on the former agreement while the new one has to be mended', () => {
    const wanted = [wants(40), wants([part(5, { tenant: 'hub/anna' })], elsewhere)]
    const own = [ours('7', [part(40), part(5, { tenant: 'hub/anna' })], elsewhere)]
    const lines = [line('7', 45, elsewhere)]
    const agreements = [agreement('31', { state: 'inactive' })]

    expect(outcomeOf({ wanted, own, lines, agreements })).toMatchObject([
      { to: 40, reason: 'agreement_inactive', first: [{ line: '7', from: 45, to: 5 }] },
    ])
  })
})

test('lines that bill other use are not replaced', () => {
  const wanted = [wants([kes(40)], at('502'))]
  const own = [ours('7', [edr(12)]), ours('8', [part(9, { tenant: 'hub/anna' })], at('503'))]
  const lines = [line('7', 12), line('8', 9, at('503'))]

  expect(outcomeOf({ wanted, own, lines })).toEqual([
    { product: '502', do: 'create', from: 0, to: 40, reason: null },
  ])
})

test('a line is not replaced for use that it knows of but never billed', () => {
  const wanted = [wants([kes(10)], at('501')), wants([edr(5)], at('502'))]

  expect(outcomeOf({ wanted, own: [ours('7', [kes(12), edr(0)])], lines: [line('7', 12)] })).toEqual([
    { product: '501', do: 'set', from: 12, to: 10, reason: null },
    { product: '502', do: 'create', from: 0, to: 5, reason: null },
  ])
})

test('a replaced line that a person changed goes down from where it stands', () => {
  const wanted = [wants([kes(40)], at('502'))]

  expect(outcomeOf({ wanted, own: [ours('7', [kes(40)])], lines: [line('7', 55)] })).toMatchObject([
    { to: 40, reason: 'replaces_line', first: [{ line: '7', from: 55, to: 0 }] },
  ])
})

test('use that stays on two lines keeps each of them at its own share, and the rest moves from the one that bills it', () => {
  const server = part(1, { application: 'edr', category: 'server' })
  const other = part(1, { application: 'edr', category: 'other' })
  const mail = part(1, { application: 'mail' })
  const moved = wants([part(2, { application: 'edr' })], { agreement: '32', product: '503' })
  const wanted = [moved, wants([mail], { agreement: '32', product: '502' }), wants([], at('503'))]

  expect(
    outcomeOf({
      wanted,
      own: [ours('7', [server], at('501')), ours('8', [other, mail], at('503'))],
      lines: [line('7', 1, at('501')), line('8', 2, at('503'))],
      dismissed: [[moved, 2]],
    }),
  ).toMatchObject([
    { product: '502', do: 'create', to: 1, reason: 'replaces_line', first: [{ line: '8', from: 2, to: 1 }] },
  ])
})
