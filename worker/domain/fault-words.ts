import type { DeviceStatus } from './ticket-rules.ts'

/** What a device suffers from, as the titles of tickets say it. */
export const faultWords: Record<DeviceStatus, string> = {
  agent_inactive: 'Network Agent is not active',
  protection_not_run: 'Protection has not run for too long',
  antivirus_not_running: 'Protection is installed but not running',
  many_threats: 'Too many threats were found',
  protection_level: 'Protection level differs from the one that is set',
  antivirus_missing: 'No protection is installed',
  scan_overdue: 'Full scan is overdue',
  databases_outdated: 'Anti-virus databases are out of date',
  not_seen: 'Device has not been seen for too long',
  licence_problem: 'Licence has expired or is about to',
  uncured_objects: 'Too many infected objects are not cured',
  restart_required: 'A restart is needed',
  incompatible_software: 'Incompatible software is installed',
  vulnerabilities: 'Software has vulnerabilities',
  updates_not_searched: 'Updates have not been searched for too long',
}
