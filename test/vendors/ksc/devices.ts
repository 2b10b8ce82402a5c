import type { NewHost } from './host.ts'

/** Devices in the shapes that Security Center reports them in; `server.addHosts(90, devices.workstation)`. */
export const devices = {
  workstation: { name: 'pc', os: 'Microsoft Windows 10', ctype: 0x1003, ptype: 2 },
  server: { name: 'srv', os: 'Microsoft Windows Server 2019', ctype: 0x9003, ptype: 2 },
  /** Carries the controller's bit and lacks the one of a Windows server. */
  domainController: { name: 'dc', os: 'Microsoft Windows Server 2016', ctype: 0x100b, ptype: 2 },
  linux: { name: 'tux', os: 'Linux', ctype: 0x200800, ptype: 6 },
  mac: { name: 'mac', os: 'Mac OS X', ptype: 10 },
  iphone: { name: 'phone', os: 'iOS', ptype: 12 },
  android: { name: 'droid', os: 'Android' },
  windowsWithoutPlatform: { name: 'old-pc', os: 'Microsoft Windows 7', ctype: 0x1003 },
  /** Only its bits tell what it is. */
  namelessServer: { name: 'box', os: '<Microsoft Windows>', ctype: 0x9003, ptype: 2 },
  /** Its system is a server by name and a workstation by its bits. */
  contradicting: { name: 'mixed', os: 'Microsoft Windows Server 2019', ctype: 0x1003, ptype: 2 },
  /** Uses keys; searches do not find it. */
  withoutRecord: { name: 'ghost', record: false },
} satisfies Record<string, NewHost>
