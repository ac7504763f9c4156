/**
 * `assay hosting`: what people do with feeds.
 *
 * Owns: the group of commands. Does not own: any of them.
 */
import type { Argv } from 'yargs'
import { publishCommand, updateCommand } from './author/command.ts'
import { supporterCommands } from './operator/command.ts'
import { readFilesCommand } from './reader/files-command.ts'

const COMMANDS = [publishCommand, updateCommand, supporterCommands, readFilesCommand]

/** Adds `hosting` to the command line. */
export const hostingCommand = (parser: Argv): Argv =>
  parser.command('hosting', 'Publish and read feeds, and pay for their hosting', (argv) =>
    COMMANDS.reduce((group, add) => add(group), argv).demandCommand(1, 'expected a command of hosting, got none'),
  )
