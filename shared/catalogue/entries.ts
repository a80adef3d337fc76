import { CatalogueEntry } from './entry.ts';
import adobeAcrobatSign from './services/adobe-acrobat-sign.json' with { type: 'json' };
import airtable from './services/airtable.json' with { type: 'json' };
import airtableToken from './services/airtable-token.json' with { type: 'json' };
import algolia from './services/algolia.json' with { type: 'json' };
import amazonSpApi from './services/amazon-sp-api.json' with { type: 'json' };
import anthropic from './services/anthropic.json' with { type: 'json' };
import asana from './services/asana.json' with { type: 'json' };
import auth0Management from './services/auth0-management.json' with { type: 'json' };
import bitbucket from './services/bitbucket.json' with { type: 'json' };
import bluesky from './services/bluesky.json' with { type: 'json' };
import box from './services/box.json' with { type: 'json' };
import calendly from './services/calendly.json' with { type: 'json' };
import clickup from './services/clickup.json' with { type: 'json' };
import cloudflare from './services/cloudflare.json' with { type: 'json' };
import datadog from './services/datadog.json' with { type: 'json' };
import discogs from './services/discogs.json' with { type: 'json' };
import discord from './services/discord.json' with { type: 'json' };
import docusign from './services/docusign.json' with { type: 'json' };
import dropbox from './services/dropbox.json' with { type: 'json' };
import ebayApplication from './services/ebay-application.json' with { type: 'json' };
import elevenlabs from './services/elevenlabs.json' with { type: 'json' };
import facebook from './services/facebook.json' with { type: 'json' };
import fedex from './services/fedex.json' with { type: 'json' };
import figma from './services/figma.json' with { type: 'json' };
import flickr from './services/flickr.json' with { type: 'json' };
import freshdesk from './services/freshdesk.json' with { type: 'json' };
import githubApp from './services/github-app.json' with { type: 'json' };
import githubToken from './services/github-token.json' with { type: 'json' };
import gitlab from './services/gitlab.json' with { type: 'json' };
import google from './services/google.json' with { type: 'json' };
import hubspot from './services/hubspot.json' with { type: 'json' };
import intercom from './services/intercom.json' with { type: 'json' };
import jira from './services/jira.json' with { type: 'json' };
import jiraToken from './services/jira-token.json' with { type: 'json' };
import linear from './services/linear.json' with { type: 'json' };
import linkedin from './services/linkedin.json' with { type: 'json' };
import mailchimp from './services/mailchimp.json' with { type: 'json' };
import mailgun from './services/mailgun.json' with { type: 'json' };
import metabase from './services/metabase.json' with { type: 'json' };
import microsoftEntra from './services/microsoft-entra.json' with { type: 'json' };
import microsoftGraphApp from './services/microsoft-graph-app.json' with { type: 'json' };
import miro from './services/miro.json' with { type: 'json' };
import monday from './services/monday.json' with { type: 'json' };
import netsuiteTba from './services/netsuite-tba.json' with { type: 'json' };
import notion from './services/notion.json' with { type: 'json' };
import odoo from './services/odoo.json' with { type: 'json' };
import oktaServiceApp from './services/okta-service-app.json' with { type: 'json' };
import openai from './services/openai.json' with { type: 'json' };
import openweather from './services/openweather.json' with { type: 'json' };
import pagerdutyToken from './services/pagerduty-token.json' with { type: 'json' };
import paypal from './services/paypal.json' with { type: 'json' };
import pinterest from './services/pinterest.json' with { type: 'json' };
import pipedrive from './services/pipedrive.json' with { type: 'json' };
import postmark from './services/postmark.json' with { type: 'json' };
import quickbooks from './services/quickbooks.json' with { type: 'json' };
import reddit from './services/reddit.json' with { type: 'json' };
import redditScript from './services/reddit-script.json' with { type: 'json' };
import salesforce from './services/salesforce.json' with { type: 'json' };
import salesforcePassword from './services/salesforce-password.json' with { type: 'json' };
import sapBusinessOne from './services/sap-business-one.json' with { type: 'json' };
import sendgrid from './services/sendgrid.json' with { type: 'json' };
import shopify from './services/shopify.json' with { type: 'json' };
import shopifyToken from './services/shopify-token.json' with { type: 'json' };
import slack from './services/slack.json' with { type: 'json' };
import slackUser from './services/slack-user.json' with { type: 'json' };
import spotify from './services/spotify.json' with { type: 'json' };
import spotifyApp from './services/spotify-app.json' with { type: 'json' };
import square from './services/square.json' with { type: 'json' };
import strava from './services/strava.json' with { type: 'json' };
import stripe from './services/stripe.json' with { type: 'json' };
import tableau from './services/tableau.json' with { type: 'json' };
import telegram from './services/telegram.json' with { type: 'json' };
import tiktok from './services/tiktok.json' with { type: 'json' };
import trello from './services/trello.json' with { type: 'json' };
import trelloToken from './services/trello-token.json' with { type: 'json' };
import twilio from './services/twilio.json' with { type: 'json' };
import twitch from './services/twitch.json' with { type: 'json' };
import typeform from './services/typeform.json' with { type: 'json' };
import veevaVault from './services/veeva-vault.json' with { type: 'json' };
import webflow from './services/webflow.json' with { type: 'json' };
import woocommerce from './services/woocommerce.json' with { type: 'json' };
import x from './services/x.json' with { type: 'json' };
import xOauth1 from './services/x-oauth1.json' with { type: 'json' };
import xero from './services/xero.json' with { type: 'json' };
import zendesk from './services/zendesk.json' with { type: 'json' };
import zohoCrm from './services/zoho-crm.json' with { type: 'json' };
import zoom from './services/zoom.json' with { type: 'json' };
import zoomServerToServer from './services/zoom-server-to-server.json' with { type: 'json' };

/** The files of `services/`, one line each. */
const files: readonly unknown[] = [
  adobeAcrobatSign,
  airtable,
  airtableToken,
  algolia,
  amazonSpApi,
  anthropic,
  asana,
  auth0Management,
  bitbucket,
  bluesky,
  box,
  calendly,
  clickup,
  cloudflare,
  datadog,
  discogs,
  discord,
  docusign,
  dropbox,
  ebayApplication,
  elevenlabs,
  facebook,
  fedex,
  figma,
  flickr,
  freshdesk,
  githubApp,
  githubToken,
  gitlab,
  google,
  hubspot,
  intercom,
  jira,
  jiraToken,
  linear,
  linkedin,
  mailchimp,
  mailgun,
  metabase,
  microsoftEntra,
  microsoftGraphApp,
  miro,
  monday,
  netsuiteTba,
  notion,
  odoo,
  oktaServiceApp,
  openai,
  openweather,
  pagerdutyToken,
  paypal,
  pinterest,
  pipedrive,
  postmark,
  quickbooks,
  reddit,
  redditScript,
  salesforce,
  salesforcePassword,
  sapBusinessOne,
  sendgrid,
  shopify,
  shopifyToken,
  slack,
  slackUser,
  spotify,
  spotifyApp,
  square,
  strava,
  stripe,
  tableau,
  telegram,
  tiktok,
  trello,
  trelloToken,
  twilio,
  twitch,
  typeform,
  veevaVault,
  webflow,
  woocommerce,
  x,
  xOauth1,
  xero,
  zendesk,
  zohoCrm,
  zoom,
  zoomServerToServer,
];

const parsed = new Map<string, CatalogueEntry>();

const byName = (): ReadonlyMap<string, CatalogueEntry> => {
  // Most functions that import this never ask, and a start-up should not wait for it.
  if (parsed.size === 0)
    for (const entry of files.map((file) => CatalogueEntry.parse(file))) parsed.set(entry.name, entry);
  return parsed;
};

/** The ready definitions that come with the product, by name in alphabetical order. */
export const catalogueEntries = (): readonly CatalogueEntry[] => [...byName().values()];

/** One of them; undefined when there is none of this name. */
export const catalogueEntry = (name: string): CatalogueEntry | undefined => byName().get(name);
