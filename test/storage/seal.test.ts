import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { SealError, sealer } from '../../worker/storage/seal.ts'

const someKey = () => randomBytes(32).toString('base64')

describe('sealed credentials', () => {
  test('open with the key and the connection they were sealed with', async () => {
    const { seal, open } = await sealer(someKey())
    const secret = JSON.stringify({ user: 'jörg', password: 'pä55 🔑 word' })

    const sealed = await seal(secret, 'ksc')

    expect(await open(sealed, 'ksc')).toBe(secret)
  })

  test('open after a restart with the same key', async () => {
    const key = someKey()
    const sealed = await (await sealer(key)).seal('secret', 'cw')

    expect(await (await sealer(key)).open(sealed, 'cw')).toBe('secret')
  })

  test('do not show what is inside, and look different each time', async () => {
    const { seal } = await sealer(someKey())

    const sealed = await Promise.all([1, 2, 3].map(() => seal('hunter2hunter2', 'cw')))

    expect(new Set(sealed).size).toBe(3)
    expect(new Set(sealed.map((each) => each.split('.')[1])).size).toBe(3)
    for (const each of sealed) {
      expect(each).toMatch(/^v1\.[\w+/=]{16}\.[\w+/=]+$/)
      expect(Buffer.from(each.split('.')[2] ?? '', 'base64').toString('latin1')).not.toContain('hunter2')
    }
  })

  test('do not open for another connection', async () => {
    const { seal, open } = await sealer(someKey())
    const sealed = await seal('secret', 'cw')

    await expect(open(sealed, 'cw2')).rejects.toThrow(SealError)
  })

  test('do not open with another key, and the error names the remedy and no contents', async () => {
    const sealed = await (await sealer(someKey())).seal('hunter2', 'cw')
    const { open } = await sealer(someKey())

    const error = await open(sealed, 'cw').catch((caught: unknown) => caught)

    expect(error).toBeInstanceOf(SealError)
    expect(String(error)).toMatch(/cw does not open with this CREDENTIALS_KEY/)
    expect(String(error)).not.toContain('hunter2')
    expect(String(error)).not.toContain(sealed)
  })

  test('do not open after any character was changed', async () => {
    const { seal, open } = await sealer(someKey())
    const sealed = await seal('secret', 'cw')

    for (let index = 0; index < sealed.length; index++) {
      const bits = sealed.charAt(index)
      const other = bits === 'A' ? 'Q' : 'A'
      const changed = sealed.slice(0, index) + other + sealed.slice(index + 1)
      if (sameBytes(changed, sealed)) continue
      await expect(open(changed, 'cw')).rejects.toThrow(SealError)
    }
  })

  test.each([
    ['', 'another version'],
    ['v2.AAAA.AAAA', 'another version'],
    ['v1', 'damaged'],
    ['v1.AAAA.AAAA', 'damaged'],
    ['v1.AAAAAAAAAAAAAAAA.*', 'damaged'],
    ['v1.AAAAAAAAAAAAAAAA.AAAA.AAAA', 'damaged'],
    ['v1.AAAAAAAAAAAAAAAA.AAAA', 'does not open'],
  ])('%j is refused: %s', async (sealed, words) => {
    const { open } = await sealer(someKey())

    await expect(open(sealed, 'cw')).rejects.toThrow(words)
  })
})

test.each([
  ['nothing', ''],
  ['31 bytes', randomBytes(31).toString('base64')],
  ['33 bytes', randomBytes(33).toString('base64')],
  ['a word', 'not base64 at all!'],
])('%s is no key, and the error does not repeat it', async (_, key) => {
  const error = await sealer(key).catch((caught: unknown) => caught)

  expect(error).toBeInstanceOf(SealError)
  expect(String(error)).toMatch(/32 random bytes/)
  if (key !== '') expect(String(error)).not.toContain(key)
})

/** The last character before padding carries unused bits: changing only those changes nothing. */
function sameBytes(a: string, b: string): boolean {
  const bytes = (sealed: string) =>
    sealed.split('.').map((part) => Buffer.from(part, 'base64').toString('hex'))
  return a.startsWith('v1.') && bytes(a).join() === bytes(b).join()
}
