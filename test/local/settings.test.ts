import { randomBytes } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { localSettings } from './settings.ts'

const key = randomBytes(32).toString('base64')
const complete = { ADMIN_TOKEN: 'a'.repeat(32), CREDENTIALS_KEY: key, SESSION_KEY: 's' }
const noFile = join(tmpdir(), 'no-such-file')

test('the environment wins over the file, and what only the file has is taken from it', () => {
  const file = fileWith('SESSION_KEY=from-file\nLEASE_SECONDS=5\nOTHER="two words"\n')

  const settings = localSettings({ ...complete, SESSION_KEY: 'from-environment' }, file)

  expect(settings).toEqual({
    ...complete,
    SESSION_KEY: 'from-environment',
    LEASE_SECONDS: '5',
    OTHER: 'two words',
  })
})

test('a name that is empty in the environment hides the one in the file', () => {
  const file = fileWith('LEASE_SECONDS=5\n')

  expect(localSettings({ ...complete, LEASE_SECONDS: '' }, file)).toEqual(complete)
})

test('nothing of the environment but known names and those of the file reaches the Worker', () => {
  expect(localSettings({ ...complete, HOME: '/home/anna' }, noFile)).toEqual(complete)
})

test('every missing setting is named, with a command that makes it', () => {
  const attempt = () => localSettings({ SESSION_KEY: 's' }, noFile)

  expect(attempt).toThrow(/ADMIN_TOKEN is missing\.\nCREDENTIALS_KEY is missing\.\nSet what/)
  expect(attempt).toThrow(/node -p "'CREDENTIALS_KEY='.*>> \.dev\.vars/)
  expect(attempt).not.toThrow(/SESSION_KEY/)
})

test('a setting that does not fit is named, but its value is not repeated', () => {
  const attempt = () => localSettings({ ...complete, ADMIN_TOKEN: 'hunter2' }, noFile)

  expect(attempt).toThrow(/ADMIN_TOKEN does not fit: it must be at least 32 characters\./)
  expect(attempt).not.toThrow(/hunter2/)
})

function fileWith(text: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'tallypod-')), '.dev.vars')
  writeFileSync(file, text)
  return file
}
