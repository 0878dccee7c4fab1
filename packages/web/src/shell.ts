/**
 * Wires what the frame of the page needs before a tab is loaded. Together with `stores.ts` and the `*-stores.ts` of the
 * tabs, it is the only place with state: all other modules are functions and factories (`createXStore`) that receive
 * their dependencies.
 */
import { type Signal, signal } from '@preact/signals';
import { createNavigation } from './app/navigation.ts';
import { isSite } from './app/site.ts';
import { createThemeStore } from './app/theme.ts';
import type { DropFailure, DropHandler } from './files/page-drop.ts';
import { createOffline } from './offline/register.ts';
import { createAnnouncer } from './ui/announcer.ts';

export const { route, goTo, describeInAddress, rememberInAddress } = createNavigation(window, isSite);
export const { theme, applyTheme, toggleTheme } = createThemeStore(
  matchMedia('(prefers-color-scheme: dark)'),
);
export const { message, announce } = createAnnouncer();
export const { newVersion, useNewVersion, markFirstUse, registerServiceWorker } = createOffline();

/** Handles files dropped anywhere on the page, except a saved run. If null, the files are opened as a model. */
export const dropHandler: Signal<DropHandler | null> = signal(null);
/** The error of the last drop; null if there is none. */
export const dropFailure: Signal<DropFailure | null> = signal(null);
