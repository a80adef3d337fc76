import adobeAcrobatSign from './adobe-acrobat-sign.json' with { type: 'json' };
import airtable from './airtable.json' with { type: 'json' };
import amazonSpApi from './amazon-sp-api.json' with { type: 'json' };
import atlassian from './atlassian.json' with { type: 'json' };
import bitbucket from './bitbucket.json' with { type: 'json' };
import box from './box.json' with { type: 'json' };
import docusign from './docusign.json' with { type: 'json' };
import dropbox from './dropbox.json' with { type: 'json' };
import githubApp from './github-app.json' with { type: 'json' };
import google from './google.json' with { type: 'json' };
import googleUnverified from './google-unverified.json' with { type: 'json' };
import hubspot from './hubspot.json' with { type: 'json' };
import instagram from './instagram.json' with { type: 'json' };
import linkedin from './linkedin.json' with { type: 'json' };
import meta from './meta.json' with { type: 'json' };
import microsoftEntra from './microsoft-entra.json' with { type: 'json' };
import miro from './miro.json' with { type: 'json' };
import netsuite from './netsuite.json' with { type: 'json' };
import pinterest from './pinterest.json' with { type: 'json' };
import quickbooks from './quickbooks.json' with { type: 'json' };
import salesforce from './salesforce.json' with { type: 'json' };
import shopify from './shopify.json' with { type: 'json' };
import slack from './slack.json' with { type: 'json' };
import spotify from './spotify.json' with { type: 'json' };
import strava from './strava.json' with { type: 'json' };
import tiktok from './tiktok.json' with { type: 'json' };
import x from './x.json' with { type: 'json' };
import xero from './xero.json' with { type: 'json' };
import zendesk from './zendesk.json' with { type: 'json' };
import zoho from './zoho.json' with { type: 'json' };
import zoom from './zoom.json' with { type: 'json' };
import { LifetimeProfile } from './profile.ts';

/** The files of this folder, one line each. */
const files: readonly unknown[] = [
  adobeAcrobatSign,
  airtable,
  amazonSpApi,
  atlassian,
  bitbucket,
  box,
  docusign,
  dropbox,
  githubApp,
  google,
  googleUnverified,
  hubspot,
  instagram,
  linkedin,
  meta,
  microsoftEntra,
  miro,
  netsuite,
  pinterest,
  quickbooks,
  salesforce,
  shopify,
  slack,
  spotify,
  strava,
  tiktok,
  x,
  xero,
  zendesk,
  zoho,
  zoom,
];

const parsed = new Map<string, LifetimeProfile>();

const byName = (): ReadonlyMap<string, LifetimeProfile> => {
  // Most functions that import this never ask, and a start-up should not wait for it.
  if (parsed.size === 0)
    for (const profile of files.map((file) => LifetimeProfile.parse(file))) parsed.set(profile.name, profile);
  return parsed;
};

/** What is known of how long the auths of each provider live, by name in alphabetical order. */
export const lifetimeProfiles = (): readonly LifetimeProfile[] => [...byName().values()];

/** One of them; undefined when there is none of this name. */
export const lifetimeProfile = (name: string): LifetimeProfile | undefined => byName().get(name);
