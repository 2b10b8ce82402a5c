import { beforeAll } from 'vitest'
import { type Stack, startStack } from './stack.ts'

/** One Worker for all tests of a file, for `openMsp`. */
export function sharedStack(): () => Stack {
  let stack: Stack | null = null
  beforeAll(async () => {
    stack = await startStack()
  })
  return () => {
    if (stack === null) throw new Error('the Worker runs only while tests do')
    return stack
  }
}
