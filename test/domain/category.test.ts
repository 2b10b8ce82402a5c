import { describe, expect, test } from 'vitest'
import { categoryOf } from '../../worker/domain/category.ts'

const system = (osName: string | null, computerType: number | null, platform: number | null) =>
  categoryOf({ osName, computerType, platform })

describe('the name of the system decides', () => {
  test.each([
    ['Microsoft Windows 10', 0x1003, 2, 'workstation'],
    ['Microsoft Windows 11', 0x1003, 2, 'workstation'],
    ['Microsoft Windows 98', 0x400000, 0, 'workstation'],
    ['Microsoft Windows 2000', 0x1003, 2, 'workstation'],
    ['Microsoft Windows 10', null, null, 'workstation'],
    ['Microsoft Windows Server 2016', 0x9007, 2, 'server'],
    ['Microsoft Windows Server 2022', 0x9003, 2, 'server'],
    ['Microsoft Windows NT Server', 0x9003, 2, 'server'],
    ['Microsoft Windows Server 2019', 0x100b, 2, 'server'],
    ['Linux', 0x200800, 6, 'other'],
    ['FreeBSD', 0x2800, 7, 'other'],
    ['Mac OS X', 0, 10, 'other'],
    ['Android', 0, null, 'other'],
    ['iOS', 0, 12, 'other'],
    ['Windows Mobile', 0x1000, 8, 'other'],
    ['Windows Phone', 0x1000, 13, 'other'],
    ['UEFI Embedded', null, 14, 'other'],
  ])('%s (type %s, platform %s) is %s', (name, computerType, platform, category) => {
    expect(system(name, computerType, platform)).toEqual({ category, warning: null })
  })
})

describe('where the name does not tell, the numbers do', () => {
  test.each([
    ['<Microsoft Windows>', 0x9003, 2, 'server'],
    ['<Microsoft Windows>', 0x1003, 2, 'workstation'],
    ['Microsoft Windows', null, null, 'workstation'],
    [null, 0x1003, 2, 'workstation'],
    [null, 0x9003, 2, 'server'],
    [null, 0x1008, 2, 'server'],
    ['', 0x1010, 2, 'server'],
    [null, 0x1003, -1, 'workstation'],
    [null, 0x400000, 0, 'workstation'],
    [null, 0x9003, null, 'server'],
    [null, 0x200800, null, 'other'],
    [null, 0x1003, 8, 'other'],
    [null, 0x1003, 6, 'other'],
    [null, 0x3, 0, 'other'],
    [null, null, null, 'other'],
    ['A system of tomorrow', 0x1003, 2, 'workstation'],
    ['A system of tomorrow', null, null, 'other'],
  ])('%s (type %s, platform %s) is %s', (name, computerType, platform, category) => {
    expect(system(name, computerType, platform)).toEqual({ category, warning: null })
  })
})

describe('a name that the numbers contradict wins and is reported', () => {
  test.each([
    ['Microsoft Windows 10', 0x9003, 2, 'workstation'],
    ['Microsoft Windows 10', 0x1003, 6, 'workstation'],
    ['Microsoft Windows Server 2019', 0x1003, 2, 'server'],
    ['Microsoft Windows Server 2019', 0x200800, 2, 'server'],
    ['Linux', 0x200800, 2, 'other'],
  ])('%s (type %s, platform %s) is %s', (name, computerType, platform, category) => {
    expect(system(name, computerType, platform)).toEqual({ category, warning: 'contradicting_system' })
  })
})
