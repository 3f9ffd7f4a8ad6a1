"""Every size, label and limit of the contract, with its unit and its reason.

The phone's copy (``client_sync/phone/src/generated/constants.ts``) is generated from
this module by ``tools/generate_constants.py``; only plain ints, strings, bytes and
tuples of them may stand here.

Spec: docs/spec/envelope.md, report.md, directory.md, sync.md, bundle.md
"""

from typing import Final

# --- time ---------------------------------------------------------------------------
SECONDS_PER_DAY: Final = 86_400
SECONDS_PER_WEEK: Final = 604_800

# --- envelope -----------------------------------------------------------------------
SUITE_1: Final = 1
ENVELOPE_VERSION: Final = 1
BUCKETS_BYTES: Final = (1024, 2048, 4096, 8192, 16384)  # powers of two leak 0.8 bit of length
CEK_BYTES: Final = 32
KEY_BYTES: Final = 32
SLOT_BYTES: Final = 80  # ephemeral key 32, tag 16, CEK 32
COMMIT_BYTES: Final = 32
AEAD_NONCE_BYTES: Final = 24
AEAD_TAG_BYTES: Final = 16
BODY_KEYS_BYTES: Final = 56  # key 32 and nonce 24 in one BLAKE2b-448
ID_BYTES: Final = 32
DESK_ID_BYTES: Final = 16
SIGNATURE_BYTES: Final = 64
PUBLIC_KEY_BYTES: Final = 32
DEFAULT_SLOTS: Final = 2  # the desk and its backup, or a dummy: always the same size
MIN_SLOTS: Final = 2
MAX_SLOTS: Final = 4  # four slots still leave half of the smallest bucket
FLAG_AUTHOR: Final = 0x01
INNER_HEADER_BYTES: Final = 2
PAD_MARK: Final = 0x80
MAX_REPORT_JSON_BYTES: Final = 65_536  # stops an inflate bomb long before memory matters

# BLAKE2b personalisations, ASCII, at most 16 bytes
PERSON_COMMIT: Final = "t1.commit"
PERSON_BODY: Final = "t1.body"
PERSON_BLOB: Final = "t1.blob"
PERSON_ACK: Final = "t1.ack"
PERSON_MAILBOX: Final = "t1.mbx"
PERSON_REPLY: Final = "t1.reply"
PERSON_TAG: Final = "t1.tag"
PERSON_ADDRESS: Final = "t1.addr"
PERSON_CHUNK_TAG: Final = "t1.ctag"
PERSON_CHUNK_NONCE: Final = "t1.cnon"
PERSON_DESK: Final = "t1.desk"
PERSON_PAGE: Final = "t1.page"
PERSON_BUNDLE: Final = "t1.bundle"
PERSON_DESK_REQUEST: Final = "t1.deskreq"
PERSON_STAMP: Final = "t1.stamp"
PERSON_TOKEN: Final = "t1.token"  # noqa: S105 - a label
PERSON_TOKEN_HASH: Final = "t1.tokh"  # noqa: S105 - a label

# first bytes of what Ed25519 signs, so that no signature can stand for another
CONTEXT_AUTHOR: Final = "t1.author"
CONTEXT_DIRECTORY: Final = "t1.directory"
CONTEXT_ROOT: Final = "t1.root"
CONTEXT_RECEIPT: Final = "t1.receipt"
CONTEXT_HAVE: Final = "t1.have"
CONTEXT_BOARD: Final = "t1.board"
CONTEXT_DESK: Final = "t1.desk"

# --- attachments --------------------------------------------------------------------
CHUNK_CLASSES_BYTES: Final = (16384, 4096)
CHUNK_TAG_BYTES: Final = 16
CHUNK_OVERHEAD_BYTES: Final = 32  # tag 16 in front, AEAD tag 16 behind
MAX_ATTACHMENTS: Final = 8
MAX_ATTACHMENT_BYTES: Final = 26_214_400  # 25 MiB: a minute of phone video; a day at 2.4 kbit/s

# --- report -------------------------------------------------------------------------
REPORT_VERSION: Final = 1
MAX_TEXT_CHARACTERS: Final = 8000
MAX_PLACE_CHARACTERS: Final = 200
MAX_LANG_CHARACTERS: Final = 16
MAX_AREA_CHARACTERS: Final = 16
MAX_NAME_CHARACTERS: Final = 120
MAX_MIME_CHARACTERS: Final = 80
COORDINATE_SCALE: Final = 100_000  # 1e-5 degree is about a metre
MAX_LAT_E5: Final = 9_000_000
MAX_LON_E5: Final = 18_000_000
MAX_THUMBNAIL_BYTES: Final = (
    8128  # two chunks of 4096: what a slow link carries right behind the text
)
THUMBNAIL_CLASS_BYTES: Final = 4096
MAX_SAFE_INTEGER: Final = 9_007_199_254_740_991  # 2^53 - 1: what a browser counts exactly

# --- reply --------------------------------------------------------------------------
REPLY_BYTES: Final = 1024
REPLY_ROOM_BYTES: Final = 984
MAX_REPLY_CHARACTERS: Final = 2000
ADDRESS_BYTES: Final = 16
MAX_REPLY_JSON_BYTES: Final = 16_384

# --- directory and invite -----------------------------------------------------------
DIRECTORY_VERSION: Final = 1
MAX_DIRECTORY_BYTES: Final = 16_384
MAX_DIRECTORY_JSON_BYTES: Final = 65_536
MAX_RECIPIENTS: Final = 60
DEFAULT_RECIPIENTS: Final = 26  # half a year of weeks: no download needed in that time
MAX_RELAYS: Final = 32
MAX_ROOT_CHAIN: Final = 8
MAX_DESK_NAME_CHARACTERS: Final = 80
MAX_URL_CHARACTERS: Final = 512
DEFAULT_GRACE_DAYS: Final = 60
BRIDGE_WORD: Final = "tocsin1"
FINGERPRINT_WORDS: Final = (
    10  # 80 bits: to find another desk with these words takes 2^80 keys; a person reads ten
)

# --- forms --------------------------------------------------------------------------
FORM_DOCUMENT_VERSION: Final = 1
MAX_FORMS: Final = 8  # in a directory; with four bundled ones, still a list that a person reads
MAX_FORM_JSON_BYTES: Final = 12_288  # eight of them leave a directory under its own limit or not
MAX_QUESTIONS: Final = 24  # one screen each: more is not finished by anybody
MAX_OPTIONS: Final = 16
MAX_FORM_LANGUAGES: Final = 8
MAX_CONDITION_DEPTH: Final = 3
MAX_CONDITION_PARTS: Final = 8
MAX_LABEL_CHARACTERS: Final = 160
MAX_HINT_CHARACTERS: Final = 300
MAX_ANSWER_CHARACTERS: Final = 1000  # what is longer belongs into the text of the report
DEFAULT_ANSWER_CHARACTERS: Final = 300
MAX_ANSWER_NUMBER: Final = 1_000_000_000
MAX_REPORT_FORMS: Final = 4
FIRST_DESK_FORM_VERSION: Final = 1000  # below are the versions of the forms bundled with the app

# --- sync ---------------------------------------------------------------------------
PROTOCOL_VERSION: Final = 1
REQUEST_HEADER_BYTES: Final = 16
RESPONSE_HEADER_BYTES: Final = 8
FRAME_HEADER_BYTES: Final = 4
MAX_REQUEST_PAYLOAD_BYTES: Final = 65_536
MAX_RESPONSE_PAYLOAD_BYTES: Final = 1_048_576
MAX_FRAMES: Final = 512
MAX_QUERY_IDS: Final = 256
MAX_PUTS: Final = 256
FLAG_DESK: Final = 0x01
FLAG_NO_MAILBOX: Final = 0x02
REQUEST_CLASS_ROOM_BYTES: Final = (
    256  # header, a stamp and a few ids beside blobs that fill a power of two
)
SMALLEST_REQUEST_CLASS_BITS: Final = 10
LARGEST_REQUEST_CLASS_BITS: Final = 20
SMALLEST_RESPONSE_CLASS_BYTES: Final = (
    256  # a receipt, an empty mailbox and the policy are 116 bytes
)
LARGEST_RESPONSE_CLASS_BYTES: Final = 1_048_576
# What the first request of a sync is when there is something to say, counted on the 378 reports of
# the demonstration (tests/unit/client_sync/test_padding.py counts again): one report on a day 368
# times, two 5 times; once more for the size that did not occur. A poll draws its class from these.
POLL_CLASSES_BYTES: Final = (1280, 2304, 4352)
POLL_CLASS_WEIGHTS: Final = (368, 5, 1)
TOKEN_BYTES: Final = 16
TOKENS_PER_REPORT: Final = 8
MAX_TOKEN_HASHES: Final = 256
RESUMABLE_BYTES: Final = 16_384  # blobs this long are announced, and go on where they were cut
ANNOUNCE_TAG_BYTES: Final = 8  # of the id: enough to tell the beginnings a relay keeps apart
MAX_ANNOUNCED: Final = 16
REST_STEP_BYTES: Final = 256  # what a request with a REST is padded to a multiple of
MAX_DESK_REQUEST_BYTES: Final = 8_388_608
NONCE_BYTES: Final = 16

# --- board and mailbox --------------------------------------------------------------
BOARD_VERSION: Final = 1
MAX_TAGS: Final = 500
TAG_BYTES: Final = 8
MAX_BOARD_FRAMES: Final = 8
MIN_MAILBOXES: Final = 50  # fewer would say too much about who asked
MAX_MAILBOX_ENTRIES: Final = 64
MAILBOX_PREFIX_BITS: Final = 16

# --- client rules -------------------------------------------------------------------
OVERDUE_SECONDS: Final = 172_800  # 48 hours
OVERDUE_SYNCS: Final = 3
UNTIL_MARGIN_DAYS: Final = 2
RELAY_KEEP_DAYS: Final = 30
MAILBOX_WEEKS: Final = 9  # how long a phone looks for an answer to a report

# --- bundle -------------------------------------------------------------------------
BUNDLE_MAGIC: Final = "TOCSINB1"
MAX_BUNDLE_BYTES: Final = 67_108_864
MAX_BUNDLE_FRAMES: Final = 8192
BUNDLE_END_BYTES: Final = 36

# --- symbols ------------------------------------------------------------------------
PERSON_COEFFICIENTS: Final = "t1.coef"
FIELD_POLYNOMIAL: Final = 0x11D  # the field of QR codes' own correction
MAX_PIECES: Final = 200  # solving stays far under a second on an old phone
MAX_SYMBOL_INDEX: Final = 65_535
SYMBOL_HEADER_BYTES: Final = 7
SYMBOL_TAG_BYTES: Final = 4
MAX_OPEN_SOURCES: Final = 8
QR_VERSIONS: Final = (20, 13, 7)  # from fine, for good cameras, to coarse
QR_SYMBOL_BYTES: Final = (832, 412, 149)  # what Base45 puts into each at level L

# --- text messages ------------------------------------------------------------------
PERSON_SMS: Final = "t1.sms"
SMS_SYMBOL_BYTES: Final = 120  # 160 characters of six bits: exactly one message
SMS_PIECE_BYTES: Final = 113
SMS_PIECES: Final = (2, 3, 4, 5, 6, 7, 8)  # above, a file or a code is the better way
SMS_CHARACTERS: Final = 160
SMS_SPARE_SYMBOLS: Final = 1
SMS_VERSION: Final = 1
# Words that most reports hold, the likeliest last, where they cost least to point at.
SMS_DICTIONARY: Final = (
    "deprivation incitement destruction displaced torture marking cyber taken attack other "
    "quoting unsaid heard month week admin1 admin2 point settlement "
    "hommes village route hier nuit matin tirs armes soldats police "
    " and the with from people soldiers police army village road house killed burned shots armed "
    "men trucks night morning yesterday "
    '"area":"","lat_e5":,"lon_e5":,"precision":"settlement","text":"'
    '"},"source":"saw","text":"'
    '","v":1,"written_at":"2026-12-01T00:00:00Z"}'
    '{"category":"attack","kind":"report","lang":"en","observed":{"at":"2026-11-30T12:00:00Z",'
    '"precision":"day"},"place":{"text":"'
)

# --- pack of places -----------------------------------------------------------------
PLACES_MAGIC: Final = "TOCSINP1"
PERSON_PLACES: Final = "t1.places"
MAX_PACK_BYTES: Final = 1_048_576  # eight strips of a phone's smallest store, a quarter of it
MAX_PACK_TEXT_BYTES: Final = 4_194_304  # what an old phone reads into memory for one search
MAX_PACK_PLACES: Final = 40_000  # every village of a large country
MAX_PACK_REGIONS: Final = 1000
MAX_PACK_NAMES: Final = 8  # a name in each script and spelling that is in use
MAX_PACK_NAME_CHARACTERS: Final = 80  # name and region fit into a report's place together
