import { expect, test } from 'vitest'
import { demoOptions } from './options.ts'

test('a PSA that the demo does not have is answered with those that it has', () => {
  expect(demoOptions(['--psa', 'halo'])).toBe(
    'There is no PSA "halo" in the demo. Choose one of: connectwise, autotask, tigerpaw.',
  )
})

test.each([[['--psa']], [['--twice']], [['autotask']]])(
  '%j is answered with what may stand there',
  (args) => {
    expect(demoOptions(args)).toBe(
      'The demo understands --psa with one of connectwise, autotask, tigerpaw, and --once.',
    )
  },
)

test('without words it shows ConnectWise and stays', () => {
  expect(demoOptions([])).toEqual(demoOptions(['--psa', 'connectwise']))
  expect(demoOptions([])).toMatchObject({ once: false })
  expect(demoOptions(['--psa', 'Autotask', '--once'])).toMatchObject({ once: true })
})
