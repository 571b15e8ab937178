import type { Module } from './read-module'

/** One broken rule, said so that the reader knows where and what. */
export type Violation = { rule: string; path: string; line: number; says: string }
export type Rule = (module: Module) => readonly Violation[]
