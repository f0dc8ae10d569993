--
-- PostgreSQL database dump
--


-- Dumped from database version 18.4
-- Dumped by pg_dump version 18.4

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: alembic_version; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);


--
-- Name: audit_event; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.audit_event (
    sequence bigint NOT NULL,
    organisation_id integer,
    at timestamp with time zone NOT NULL,
    client_id character varying(32),
    action character varying(200) NOT NULL,
    status integer NOT NULL,
    person character varying(64),
    request_id character varying(64) NOT NULL,
    detail text
);


--
-- Name: audit_event_sequence_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.audit_event_sequence_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: audit_event_sequence_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.audit_event_sequence_seq OWNED BY public.audit_event.sequence;


--
-- Name: blood_test; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.blood_test (
    organisation_id integer NOT NULL,
    accession_number character varying(64) NOT NULL,
    version integer NOT NULL,
    is_current boolean NOT NULL,
    patient_id character varying(64) NOT NULL,
    drawn_at timestamp with time zone NOT NULL,
    drawn_on date NOT NULL,
    ctc_count bigint NOT NULL,
    blood_volume_ml double precision NOT NULL,
    assay character varying(32) NOT NULL,
    status character varying(32) NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_blood_test_count_in_range CHECK (((ctc_count >= 0) AND (ctc_count <= 1000000))),
    CONSTRAINT ck_blood_test_volume_positive CHECK ((blood_volume_ml > (0)::double precision))
);


--
-- Name: client; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.client (
    organisation_id integer NOT NULL,
    client_id character varying(32) NOT NULL,
    name character varying(200) NOT NULL,
    scopes text NOT NULL,
    jwks text,
    created_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone
);


--
-- Name: client_secret; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.client_secret (
    client_id character varying(32) NOT NULL,
    secret_hash bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone
);


--
-- Name: declared_covariate; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.declared_covariate (
    organisation_id integer NOT NULL,
    name character varying(64) NOT NULL,
    kind character varying(16) NOT NULL,
    unit character varying(64) NOT NULL,
    minimum double precision,
    maximum double precision,
    declared_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_declared_covariate_kind_known CHECK (((kind)::text = ANY ((ARRAY['continuous'::character varying, 'binary'::character varying, 'ordinal'::character varying])::text[])))
);


--
-- Name: follow_up; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.follow_up (
    organisation_id integer NOT NULL,
    patient_id character varying(64) NOT NULL,
    version integer NOT NULL,
    is_current boolean NOT NULL,
    last_known_alive_on date,
    death_on date,
    progression_on date,
    recorded_at timestamp with time zone NOT NULL
);


--
-- Name: idempotency_record; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.idempotency_record (
    organisation_id integer NOT NULL,
    client_id character varying(32) NOT NULL,
    route character varying(200) NOT NULL,
    key character varying(255) NOT NULL,
    request_digest character varying(64) NOT NULL,
    status integer NOT NULL,
    headers text NOT NULL,
    body text NOT NULL,
    patient_id character varying(64),
    created_at timestamp with time zone NOT NULL
);


--
-- Name: model; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.model (
    organisation_id integer NOT NULL,
    model_id character varying(71) NOT NULL,
    endpoint character varying(32) NOT NULL,
    setting character varying(16) NOT NULL,
    status character varying(16) NOT NULL,
    fitted_at timestamp with time zone NOT NULL,
    gates text NOT NULL,
    promotion text,
    changed_rows integer NOT NULL,
    artefact text NOT NULL,
    CONSTRAINT ck_model_status_known CHECK (((status)::text = ANY ((ARRAY['candidate'::character varying, 'current'::character varying, 'superseded'::character varying])::text[])))
);


--
-- Name: model_row; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.model_row (
    organisation_id integer NOT NULL,
    model_id character varying(71) NOT NULL,
    patient_id character varying(64) NOT NULL,
    accession_number character varying(64),
    "row" text NOT NULL,
    is_changed boolean DEFAULT false NOT NULL
);


--
-- Name: observation; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.observation (
    organisation_id integer NOT NULL,
    patient_id character varying(64) NOT NULL,
    version integer NOT NULL,
    observed_on date NOT NULL,
    facts text NOT NULL,
    recorded_at timestamp with time zone NOT NULL
);


--
-- Name: organisation; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.organisation (
    organisation_id integer NOT NULL,
    name character varying(64) NOT NULL,
    created_at timestamp with time zone NOT NULL
);


--
-- Name: organisation_organisation_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.organisation_organisation_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: organisation_organisation_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.organisation_organisation_id_seq OWNED BY public.organisation.organisation_id;


--
-- Name: patient; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.patient (
    organisation_id integer NOT NULL,
    patient_id character varying(64) NOT NULL,
    version integer NOT NULL,
    person_key bytea NOT NULL,
    created_at timestamp with time zone NOT NULL
);


--
-- Name: prognosis; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.prognosis (
    organisation_id integer NOT NULL,
    prognosis_id character varying(32) NOT NULL,
    patient_id character varying(64) NOT NULL,
    accession_number character varying(64) NOT NULL,
    request_digest character varying(64) NOT NULL,
    model_id character varying(71),
    computed_at timestamp with time zone NOT NULL,
    answer text NOT NULL
);


--
-- Name: refit; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.refit (
    organisation_id integer NOT NULL,
    refit_id character varying(32) NOT NULL,
    endpoint character varying(32) NOT NULL,
    setting character varying(16) NOT NULL,
    request text NOT NULL,
    status character varying(16) NOT NULL,
    progress double precision NOT NULL,
    model_id character varying(71),
    failure_code character varying(64),
    failure_detail text,
    queued_at timestamp with time zone NOT NULL,
    heartbeat_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    CONSTRAINT ck_refit_progress_in_range CHECK (((progress >= (0)::double precision) AND (progress <= (1)::double precision))),
    CONSTRAINT ck_refit_status_known CHECK (((status)::text = ANY ((ARRAY['queued'::character varying, 'running'::character varying, 'done'::character varying, 'failed'::character varying])::text[])))
);


--
-- Name: audit_event sequence; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.audit_event ALTER COLUMN sequence SET DEFAULT nextval('public.audit_event_sequence_seq'::regclass);


--
-- Name: organisation organisation_id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.organisation ALTER COLUMN organisation_id SET DEFAULT nextval('public.organisation_organisation_id_seq'::regclass);


--
-- Data for Name: alembic_version; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.alembic_version VALUES ('0001');


--
-- Data for Name: audit_event; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.audit_event VALUES (1, 1, '2026-11-22 16:10:14.171012+00', 'df8c3d37b38e881b', 'post_covariate', 201, NULL, '1934b4ff19e44406889f90cc9d33439d', NULL);
INSERT INTO public.audit_event VALUES (2, 1, '2026-11-22 16:10:14.18743+00', 'df8c3d37b38e881b', 'post_prognosis', 201, 'd5b6bb04074f3c3884e9748d6601ee73', '509779b85a344355afa6f38f2d9c6b3d', NULL);
INSERT INTO public.audit_event VALUES (3, 1, '2026-11-22 16:10:14.196647+00', 'df8c3d37b38e881b', 'put_follow_up', 201, 'd5b6bb04074f3c3884e9748d6601ee73', 'e3de7ae330b74606966d18f3e5ff4942', NULL);
INSERT INTO public.audit_event VALUES (4, 1, '2026-11-22 16:10:14.203984+00', 'df8c3d37b38e881b', 'post_prognosis', 201, '5b5bc8730733199f3fe9e2dded2d190c', 'a265a5e73dca4abc887277a827027b68', NULL);
INSERT INTO public.audit_event VALUES (5, 1, '2026-11-22 16:10:14.209809+00', 'df8c3d37b38e881b', 'put_follow_up', 201, '5b5bc8730733199f3fe9e2dded2d190c', 'd6d5b932f4c349e49057bf77e05c2972', NULL);
INSERT INTO public.audit_event VALUES (6, 1, '2026-11-22 16:10:14.216709+00', 'df8c3d37b38e881b', 'post_prognosis', 201, 'd55a412fdbe4f2d61a3857c8ae4b90c1', '5dcf0f0a5c4643bc8a10d897029fc79f', NULL);
INSERT INTO public.audit_event VALUES (7, 1, '2026-11-22 16:10:14.222298+00', 'df8c3d37b38e881b', 'put_follow_up', 201, 'd55a412fdbe4f2d61a3857c8ae4b90c1', '0e4ffbced7744c059ade7eb7d07b5abc', NULL);
INSERT INTO public.audit_event VALUES (8, 1, '2026-11-22 16:10:14.229061+00', 'df8c3d37b38e881b', 'post_prognosis', 201, 'ba8d9a6915069d2cbf6110437b72dbfd', '27acce73178d469ab8c86261500be34e', NULL);
INSERT INTO public.audit_event VALUES (9, 1, '2026-11-22 16:10:14.234962+00', 'df8c3d37b38e881b', 'put_follow_up', 201, 'ba8d9a6915069d2cbf6110437b72dbfd', '4a15034706524b3abafc07391a620e09', NULL);
INSERT INTO public.audit_event VALUES (10, 1, '2026-11-22 16:10:14.243376+00', 'df8c3d37b38e881b', 'post_prognosis', 201, '04f6d52912631270e7b93d89240c37c0', '700b81593ed74f9d8d16ce893e8e4ddb', NULL);
INSERT INTO public.audit_event VALUES (11, 1, '2026-11-22 16:10:14.256487+00', 'df8c3d37b38e881b', 'put_follow_up', 201, '04f6d52912631270e7b93d89240c37c0', 'eafb6b1fd3464f4f957dd1143a88f0e5', NULL);
INSERT INTO public.audit_event VALUES (12, 1, '2026-11-22 16:10:14.265854+00', 'df8c3d37b38e881b', 'post_prognosis', 201, 'dae74d29c807cccd69a596b3cc02f33c', '63dee184bff143dbb658eadd1a1a8fca', NULL);
INSERT INTO public.audit_event VALUES (13, 1, '2026-11-22 16:10:14.27312+00', 'df8c3d37b38e881b', 'put_follow_up', 201, 'dae74d29c807cccd69a596b3cc02f33c', '1a065b91ac5a4554b3b63510c3ee57b0', NULL);
INSERT INTO public.audit_event VALUES (14, 1, '2026-11-22 16:10:14.281139+00', 'df8c3d37b38e881b', 'post_prognosis', 201, 'be7ca9ae62f0a516bc0e213c7f845538', '4719b8929194406bb9f22d58cb46d966', NULL);
INSERT INTO public.audit_event VALUES (15, 1, '2026-11-22 16:10:14.28752+00', 'df8c3d37b38e881b', 'put_follow_up', 201, 'be7ca9ae62f0a516bc0e213c7f845538', 'd2dfc467f1bd4d06a1da61da42cdf319', NULL);
INSERT INTO public.audit_event VALUES (16, 1, '2026-11-22 16:10:14.295292+00', 'df8c3d37b38e881b', 'post_prognosis', 201, '889af395deef7ed0b52065f97a44ca4f', '108a2a6e1afe4d56a52ab3c809f2cb25', NULL);
INSERT INTO public.audit_event VALUES (17, 1, '2026-11-22 16:10:14.300368+00', 'df8c3d37b38e881b', 'put_follow_up', 201, '889af395deef7ed0b52065f97a44ca4f', '9ab1d6351a39434990f986e4d1f3be52', NULL);
INSERT INTO public.audit_event VALUES (18, 1, '2026-11-22 16:10:14.305924+00', 'df8c3d37b38e881b', 'post_prognosis', 201, '6a271bdf188564952dfef263ba56b5cd', '91190f9888bb4f4c8289a056a88c3e35', NULL);
INSERT INTO public.audit_event VALUES (19, 1, '2026-11-22 16:10:14.310897+00', 'df8c3d37b38e881b', 'put_follow_up', 201, '6a271bdf188564952dfef263ba56b5cd', '7cd76583ffe64af4996501e4116c254b', NULL);
INSERT INTO public.audit_event VALUES (20, 1, '2026-11-22 16:10:14.318444+00', 'df8c3d37b38e881b', 'post_prognosis', 201, '9d8248d0e847e105b5aa3c07b6d0069a', '0356fabb079849d9ad2316a572b74c2c', NULL);
INSERT INTO public.audit_event VALUES (21, 1, '2026-11-22 16:10:14.323172+00', 'df8c3d37b38e881b', 'put_follow_up', 201, '9d8248d0e847e105b5aa3c07b6d0069a', '8026ac168c624d0b91b2548867f1b7c8', NULL);
INSERT INTO public.audit_event VALUES (22, 1, '2026-11-22 16:10:14.328984+00', 'df8c3d37b38e881b', 'post_prognosis', 201, 'bde13ec35d1858248f60d333bbd671bd', '9847ff5d4b974980a58c1f06001f63c2', NULL);
INSERT INTO public.audit_event VALUES (23, 1, '2026-11-22 16:10:14.333541+00', 'df8c3d37b38e881b', 'put_follow_up', 201, 'bde13ec35d1858248f60d333bbd671bd', 'f691c40a6cfb403eb406769340bb3621', NULL);
INSERT INTO public.audit_event VALUES (24, 1, '2026-11-22 16:10:14.338811+00', 'df8c3d37b38e881b', 'post_prognosis', 201, 'f70691166878fcb33b28fc7f8ae9e276', 'd8ed5b69d9054f68b6019a96efd736d8', NULL);
INSERT INTO public.audit_event VALUES (25, 1, '2026-11-22 16:10:14.343036+00', 'df8c3d37b38e881b', 'put_follow_up', 201, 'f70691166878fcb33b28fc7f8ae9e276', '8eb20cb7c93f487b89b48f4d49b7184e', NULL);
INSERT INTO public.audit_event VALUES (26, 1, '2026-11-22 16:10:14.348125+00', 'df8c3d37b38e881b', 'post_prognosis', 201, '1440af9da1c2b335b32e18c1a74d9e8d', 'b726478ff1ce4388a08b460b05264d40', NULL);
INSERT INTO public.audit_event VALUES (27, 1, '2026-11-22 16:10:14.352503+00', 'df8c3d37b38e881b', 'put_follow_up', 201, '1440af9da1c2b335b32e18c1a74d9e8d', '1b80b47b75d540d9bb35ab5669c0d7a3', NULL);
INSERT INTO public.audit_event VALUES (28, 1, '2026-11-22 16:10:14.357536+00', 'df8c3d37b38e881b', 'post_prognosis', 201, 'ff4f0c8d60905dd4218d6c1f98d533a4', '1e00ade46906459d84e42d32b973e599', NULL);
INSERT INTO public.audit_event VALUES (29, 1, '2026-11-22 16:10:14.361834+00', 'df8c3d37b38e881b', 'put_follow_up', 201, 'ff4f0c8d60905dd4218d6c1f98d533a4', '9a21e0b6fca5463cabda23f42386a910', NULL);
INSERT INTO public.audit_event VALUES (30, 1, '2026-11-22 16:10:14.367514+00', 'df8c3d37b38e881b', 'post_prognosis', 201, '0bb999f0792b60b45d4ac1bfb971e889', 'd2a96fbb8a284c3abb995f664fa60a33', NULL);
INSERT INTO public.audit_event VALUES (31, 1, '2026-11-22 16:10:14.372028+00', 'df8c3d37b38e881b', 'put_follow_up', 201, '0bb999f0792b60b45d4ac1bfb971e889', 'd27f6fc32c4a402ea4bc346b8d42b122', NULL);
INSERT INTO public.audit_event VALUES (32, 1, '2026-11-22 16:10:14.37827+00', 'df8c3d37b38e881b', 'post_prognosis', 201, '526f14d102602d2bc3fa264136183981', '8a5d1028a5e84af590148bde100d1d47', NULL);
INSERT INTO public.audit_event VALUES (33, 1, '2026-11-22 16:10:14.383996+00', 'df8c3d37b38e881b', 'put_follow_up', 201, '526f14d102602d2bc3fa264136183981', 'd042a650d63b4486aa197dd78acf4eb7', NULL);
INSERT INTO public.audit_event VALUES (34, 1, '2026-11-22 16:10:14.390607+00', 'df8c3d37b38e881b', 'post_prognosis', 201, 'ef564b14b05e876316eb583abb270a23', '9306360fe0ff4eae9a79fa351f63ecd8', NULL);
INSERT INTO public.audit_event VALUES (35, 1, '2026-11-22 16:10:14.396122+00', 'df8c3d37b38e881b', 'put_follow_up', 201, 'ef564b14b05e876316eb583abb270a23', '644e32b0783b4e9c82716e1b8bf52d23', NULL);
INSERT INTO public.audit_event VALUES (36, 1, '2026-11-22 16:10:14.402736+00', 'df8c3d37b38e881b', 'post_prognosis', 201, 'dc861f6c0b20cd39ea6c10a5260947dd', '7316e61ed8c540339e706395ed09a482', NULL);
INSERT INTO public.audit_event VALUES (37, 1, '2026-11-22 16:10:14.40764+00', 'df8c3d37b38e881b', 'put_follow_up', 201, 'dc861f6c0b20cd39ea6c10a5260947dd', '6ea39e7f8a6b46e894dc65e417994b0e', NULL);
INSERT INTO public.audit_event VALUES (38, 1, '2026-11-22 16:10:14.412823+00', 'df8c3d37b38e881b', 'post_prognosis', 201, '513598d0fa19c9e703d5a8d62615639c', '5ec5e2707e6d4cddb4caba82fd29461b', NULL);
INSERT INTO public.audit_event VALUES (39, 1, '2026-11-22 16:10:14.416942+00', 'df8c3d37b38e881b', 'put_follow_up', 201, '513598d0fa19c9e703d5a8d62615639c', '1161e8bb3d7e4bc79e0578516eb3e8b5', NULL);
INSERT INTO public.audit_event VALUES (40, 1, '2026-11-22 16:10:14.422439+00', 'df8c3d37b38e881b', 'post_prognosis', 201, '435cc874c83ad88787a7ad2138495002', 'd63280b55ed94b2fbebbf047d482a99c', NULL);
INSERT INTO public.audit_event VALUES (41, 1, '2026-11-22 16:10:14.4268+00', 'df8c3d37b38e881b', 'put_follow_up', 201, '435cc874c83ad88787a7ad2138495002', '609c881c5ddb4b2ea0391d257e8526de', NULL);
INSERT INTO public.audit_event VALUES (42, 1, '2026-11-22 16:10:14.432016+00', 'df8c3d37b38e881b', 'post_prognosis', 201, '7d6d36f5a3dd5737ff64ada63651d964', 'a0495c1b37ef436980da007acfcb9ee4', NULL);
INSERT INTO public.audit_event VALUES (43, 1, '2026-11-22 16:10:14.436305+00', 'df8c3d37b38e881b', 'put_follow_up', 201, '7d6d36f5a3dd5737ff64ada63651d964', '584ba7ce00c942f990b4f2677cb8adca', NULL);
INSERT INTO public.audit_event VALUES (44, 1, '2026-11-22 16:10:14.441418+00', 'df8c3d37b38e881b', 'post_prognosis', 201, 'b94cb627698b333628046fb21ebc4508', 'c208e2450649452094cb8a68d6663733', NULL);
INSERT INTO public.audit_event VALUES (45, 1, '2026-11-22 16:10:14.44551+00', 'df8c3d37b38e881b', 'put_follow_up', 201, 'b94cb627698b333628046fb21ebc4508', 'addbddd021244eea8cab7d0634433467', NULL);
INSERT INTO public.audit_event VALUES (46, 1, '2026-11-22 16:10:14.452182+00', 'df8c3d37b38e881b', 'post_prognosis', 201, '6d72130e54892342914e8701456057ea', 'a5b9193836ef4727b37e1084f78b9bab', NULL);
INSERT INTO public.audit_event VALUES (47, 1, '2026-11-22 16:10:14.456502+00', 'df8c3d37b38e881b', 'put_follow_up', 201, '6d72130e54892342914e8701456057ea', 'fa73f73d4cb84217858a97e244982061', NULL);
INSERT INTO public.audit_event VALUES (48, 1, '2026-11-22 16:10:14.461577+00', 'df8c3d37b38e881b', 'post_prognosis', 201, 'e349a030badd5f47131fbc431581513f', '9697fe36fab544b58c3bb157b93bd7e6', NULL);
INSERT INTO public.audit_event VALUES (49, 1, '2026-11-22 16:10:14.465713+00', 'df8c3d37b38e881b', 'put_follow_up', 201, 'e349a030badd5f47131fbc431581513f', 'f2ad9899cb674ac59488653851668ce0', NULL);
INSERT INTO public.audit_event VALUES (50, 1, '2026-11-22 16:10:14.471449+00', 'df8c3d37b38e881b', 'post_prognosis', 201, '85d23f8f46b797dc5c6eca580f5dcf97', '739856a753c24ff0b9e0e41ad7e73d1d', NULL);
INSERT INTO public.audit_event VALUES (51, 1, '2026-11-22 16:10:14.47573+00', 'df8c3d37b38e881b', 'put_follow_up', 201, '85d23f8f46b797dc5c6eca580f5dcf97', 'bdf5ad6f90d94d3396655a2331f474fe', NULL);
INSERT INTO public.audit_event VALUES (52, 1, '2026-11-22 16:10:14.481255+00', 'df8c3d37b38e881b', 'post_prognosis', 201, '19dc86cfe5140b034ece283159e4c37c', 'aed97ece73b84175b9d8327ce6d2dee0', NULL);
INSERT INTO public.audit_event VALUES (53, 1, '2026-11-22 16:10:14.48558+00', 'df8c3d37b38e881b', 'put_follow_up', 201, '19dc86cfe5140b034ece283159e4c37c', '23074c66e3f141b1aa72da2656d3ce3a', NULL);
INSERT INTO public.audit_event VALUES (54, 1, '2026-11-22 16:10:14.490747+00', 'df8c3d37b38e881b', 'post_prognosis', 201, 'c97b13738a3ec6d9de505032eabddb76', 'ca1da0cdb83a48e5b7f88dbc091de412', NULL);
INSERT INTO public.audit_event VALUES (55, 1, '2026-11-22 16:10:14.495022+00', 'df8c3d37b38e881b', 'put_follow_up', 201, 'c97b13738a3ec6d9de505032eabddb76', '51bf8989191e489fad6f627994ac9186', NULL);
INSERT INTO public.audit_event VALUES (56, 1, '2026-11-22 16:10:14.500221+00', 'df8c3d37b38e881b', 'post_prognosis', 201, '1cdfdedf0c0421cb5f792ebb6aea0bb0', 'ba841a8bc4e54d7cb054d276140d15de', NULL);
INSERT INTO public.audit_event VALUES (57, 1, '2026-11-22 16:10:14.504447+00', 'df8c3d37b38e881b', 'put_follow_up', 201, '1cdfdedf0c0421cb5f792ebb6aea0bb0', '7f69147cea404512934a84ed5ca63d4e', NULL);
INSERT INTO public.audit_event VALUES (58, 1, '2026-11-22 16:10:14.509698+00', 'df8c3d37b38e881b', 'post_prognosis', 201, '2669c7315734b779ee16180e831d3725', 'c8bb032be49d4e1c95d8a9dbb09f7aaf', NULL);
INSERT INTO public.audit_event VALUES (59, 1, '2026-11-22 16:10:14.515503+00', 'df8c3d37b38e881b', 'put_follow_up', 201, '2669c7315734b779ee16180e831d3725', '9ff52293790c4a129f5f626d1d158143', NULL);
INSERT INTO public.audit_event VALUES (60, 1, '2026-11-22 16:10:14.521244+00', 'df8c3d37b38e881b', 'post_prognosis', 201, 'ff4fd448ed6872bd2b61e8ea7f422981', '47f23cbe2dec4bd48f40b9f48ed9e58c', NULL);
INSERT INTO public.audit_event VALUES (61, 1, '2026-11-22 16:10:14.525492+00', 'df8c3d37b38e881b', 'put_follow_up', 201, 'ff4fd448ed6872bd2b61e8ea7f422981', 'b30f244326ae46a0aac2de58535a6f47', NULL);
INSERT INTO public.audit_event VALUES (62, 1, '2026-11-22 16:10:14.530876+00', 'df8c3d37b38e881b', 'post_prognosis', 201, 'eedae5f75125daac26f1fc7b5c56638e', '5740de059b264fd39de39c3ccce1001b', NULL);
INSERT INTO public.audit_event VALUES (63, 1, '2026-11-22 16:10:14.535152+00', 'df8c3d37b38e881b', 'put_follow_up', 201, 'eedae5f75125daac26f1fc7b5c56638e', 'ea5e135bfe414841b9de5f114fc45c22', NULL);
INSERT INTO public.audit_event VALUES (64, 1, '2026-11-22 16:10:14.540355+00', 'df8c3d37b38e881b', 'post_prognosis', 201, 'adde4ce0d104566b466a21a2fec51078', 'fa2723dce2d4488a90645bc4cac16077', NULL);
INSERT INTO public.audit_event VALUES (65, 1, '2026-11-22 16:10:14.544634+00', 'df8c3d37b38e881b', 'put_follow_up', 201, 'adde4ce0d104566b466a21a2fec51078', '4344160a3df841048d87601841c5b21b', NULL);
INSERT INTO public.audit_event VALUES (66, 1, '2026-11-22 16:10:14.549772+00', 'df8c3d37b38e881b', 'post_prognosis', 201, '232481cd9c02e00780ab160066a24883', '982b297c77414c67882da057ff911216', NULL);
INSERT INTO public.audit_event VALUES (67, 1, '2026-11-22 16:10:14.553966+00', 'df8c3d37b38e881b', 'put_follow_up', 201, '232481cd9c02e00780ab160066a24883', '442c9510b32e436681edde2294f04966', NULL);
INSERT INTO public.audit_event VALUES (68, 1, '2026-11-22 16:10:14.559378+00', 'df8c3d37b38e881b', 'post_prognosis', 201, '99ba44837daa6e0fcecf6d2469d94e04', '50f1fae0336140b1b8504cfc01de5a00', NULL);
INSERT INTO public.audit_event VALUES (69, 1, '2026-11-22 16:10:14.563544+00', 'df8c3d37b38e881b', 'put_follow_up', 201, '99ba44837daa6e0fcecf6d2469d94e04', '167c8f49b2094342a711adfc3ba324f3', NULL);
INSERT INTO public.audit_event VALUES (70, 1, '2026-11-22 16:10:14.569022+00', 'df8c3d37b38e881b', 'post_prognosis', 201, 'bec153856f15efc64b5c69d02a9a689d', 'b596fa753c8f4bf0aec5379cf63921c5', NULL);
INSERT INTO public.audit_event VALUES (71, 1, '2026-11-22 16:10:14.573244+00', 'df8c3d37b38e881b', 'put_follow_up', 201, 'bec153856f15efc64b5c69d02a9a689d', 'eb9148c513f34e5b8e4dadf8c0c62461', NULL);
INSERT INTO public.audit_event VALUES (72, 1, '2026-11-22 16:10:14.57901+00', 'df8c3d37b38e881b', 'post_prognosis', 201, '8d8e7a4d94a112d85dee162e825273b5', '0f6517af61ef42a699f26cff4139bbb1', NULL);
INSERT INTO public.audit_event VALUES (73, 1, '2026-11-22 16:10:14.583303+00', 'df8c3d37b38e881b', 'put_follow_up', 201, '8d8e7a4d94a112d85dee162e825273b5', '99e471b4af724ffc9cfee62348a0bd1c', NULL);
INSERT INTO public.audit_event VALUES (74, 1, '2026-11-22 16:10:14.588424+00', 'df8c3d37b38e881b', 'post_prognosis', 201, 'fd793cd37fd9995fa744ee135e1a7848', '827366c869e4463c806f514e0a11fc14', NULL);
INSERT INTO public.audit_event VALUES (75, 1, '2026-11-22 16:10:14.592777+00', 'df8c3d37b38e881b', 'put_follow_up', 201, 'fd793cd37fd9995fa744ee135e1a7848', '7d347ed18ebd45aa85022872b983885a', NULL);
INSERT INTO public.audit_event VALUES (76, 1, '2026-11-22 16:10:14.59773+00', 'df8c3d37b38e881b', 'post_prognosis', 201, '4e7f497bb29de155063a2ce15c8758fd', 'c08345f535b1425abdd4e94881fc709c', NULL);
INSERT INTO public.audit_event VALUES (77, 1, '2026-11-22 16:10:14.602154+00', 'df8c3d37b38e881b', 'put_follow_up', 201, '4e7f497bb29de155063a2ce15c8758fd', 'e8924638034149f9b72fcb76e2ab36d2', NULL);
INSERT INTO public.audit_event VALUES (78, 1, '2026-11-22 16:10:14.607275+00', 'df8c3d37b38e881b', 'post_prognosis', 201, 'd0e7b87f2766d343fa26d8574acca7f5', '2ea08ffa2a334910b15c81f7cddc9bca', NULL);
INSERT INTO public.audit_event VALUES (79, 1, '2026-11-22 16:10:14.611843+00', 'df8c3d37b38e881b', 'put_follow_up', 201, 'd0e7b87f2766d343fa26d8574acca7f5', '9c1b715631dc48088178a1b2c5361d32', NULL);
INSERT INTO public.audit_event VALUES (80, 1, '2026-11-22 16:10:14.617089+00', 'df8c3d37b38e881b', 'post_prognosis', 201, 'e823adbd6e6bbeeed06f3441fbdd17c7', '51e483a9453046d596507a53a7c9b4a0', NULL);
INSERT INTO public.audit_event VALUES (81, 1, '2026-11-22 16:10:14.621334+00', 'df8c3d37b38e881b', 'put_follow_up', 201, 'e823adbd6e6bbeeed06f3441fbdd17c7', '10b9b30ad32d448ba1af6b45040d3835', NULL);
INSERT INTO public.audit_event VALUES (82, 1, '2026-11-22 16:10:14.626414+00', 'df8c3d37b38e881b', 'post_prognosis', 201, 'f63d64deebebc68da8dbf58b3767fbe6', 'f177c7f211b4486baf2ad7dbf4146a58', NULL);
INSERT INTO public.audit_event VALUES (83, 1, '2026-11-22 16:10:14.630886+00', 'df8c3d37b38e881b', 'put_follow_up', 201, 'f63d64deebebc68da8dbf58b3767fbe6', 'a6b97162eb0b4116adc2c9008d762e4a', NULL);
INSERT INTO public.audit_event VALUES (84, 1, '2026-11-22 16:10:14.63591+00', 'df8c3d37b38e881b', 'post_prognosis', 201, '48fa573bcde8ddd78d30bfdb1c4bcae3', 'c53e79b86bc248ec8dcbaa8d5b5716dc', NULL);
INSERT INTO public.audit_event VALUES (85, 1, '2026-11-22 16:10:14.640094+00', 'df8c3d37b38e881b', 'put_follow_up', 201, '48fa573bcde8ddd78d30bfdb1c4bcae3', 'e27e370d3cd64771862d76b2720186fa', NULL);
INSERT INTO public.audit_event VALUES (86, 1, '2026-11-22 16:10:14.645047+00', 'df8c3d37b38e881b', 'post_prognosis', 201, 'edc488a664bbca1800a4ade3df9afc9b', '7faeaa80ffb34ce9bf5f446a904e16d2', NULL);
INSERT INTO public.audit_event VALUES (87, 1, '2026-11-22 16:10:14.649311+00', 'df8c3d37b38e881b', 'put_follow_up', 201, 'edc488a664bbca1800a4ade3df9afc9b', '084b96cf50e64ef699fa7853e95b01fd', NULL);
INSERT INTO public.audit_event VALUES (88, 1, '2026-11-22 16:10:14.654324+00', 'df8c3d37b38e881b', 'post_prognosis', 201, '131b66ebad4c7a5dcc60d3d867028054', '40482acbf98e43fe9f6c34f8b7138ccf', NULL);
INSERT INTO public.audit_event VALUES (89, 1, '2026-11-22 16:10:14.65871+00', 'df8c3d37b38e881b', 'put_follow_up', 201, '131b66ebad4c7a5dcc60d3d867028054', '709fe6b5f5b64af4b2aabbac54dbdd52', NULL);
INSERT INTO public.audit_event VALUES (90, 1, '2026-11-22 16:10:14.664107+00', 'df8c3d37b38e881b', 'post_prognosis', 201, '7e6989822752a68ae22b7e514f4b1da2', '63a0d5fee8b74a0eba26717eeb83fe04', NULL);
INSERT INTO public.audit_event VALUES (91, 1, '2026-11-22 16:10:14.676451+00', 'df8c3d37b38e881b', 'put_follow_up', 201, '7e6989822752a68ae22b7e514f4b1da2', '0d3230da114b421c87cad4790ff8b652', NULL);
INSERT INTO public.audit_event VALUES (92, 1, '2026-11-22 16:10:14.683314+00', 'df8c3d37b38e881b', 'post_prognosis', 201, '8ea7aaec5c44aa9819c236959c69f9af', '4af8a05296fe413b9d5995b67188dc56', NULL);
INSERT INTO public.audit_event VALUES (93, 1, '2026-11-22 16:10:14.688901+00', 'df8c3d37b38e881b', 'put_follow_up', 201, '8ea7aaec5c44aa9819c236959c69f9af', 'de0ee028553c466d8441080c3beef525', NULL);
INSERT INTO public.audit_event VALUES (94, 1, '2026-11-22 16:10:14.695569+00', 'df8c3d37b38e881b', 'post_prognosis', 201, 'fd450bde89c021db195f0ae2276fec0b', '46476ca10f2a4ef68c46d3fb9265cbdb', NULL);
INSERT INTO public.audit_event VALUES (95, 1, '2026-11-22 16:10:14.700755+00', 'df8c3d37b38e881b', 'put_follow_up', 201, 'fd450bde89c021db195f0ae2276fec0b', 'b546ebcaa0c642058f9844578515e423', NULL);
INSERT INTO public.audit_event VALUES (96, 1, '2026-11-22 16:10:14.706483+00', 'df8c3d37b38e881b', 'post_prognosis', 201, 'c371637fa35705b35b96374f2eea5b85', '15b4498b15b44d178cc3b5a8822fb100', NULL);
INSERT INTO public.audit_event VALUES (97, 1, '2026-11-22 16:10:14.710716+00', 'df8c3d37b38e881b', 'put_follow_up', 201, 'c371637fa35705b35b96374f2eea5b85', '9db6f1de944a4d339ee562e6c872c05f', NULL);
INSERT INTO public.audit_event VALUES (98, 1, '2026-11-22 16:10:14.717249+00', 'df8c3d37b38e881b', 'post_prognosis', 201, '6a8ddac7fbd1de54c1481f7923d09e4b', '5c4af6d47d6745869e42b1d46ad78eec', NULL);
INSERT INTO public.audit_event VALUES (99, 1, '2026-11-22 16:10:14.722445+00', 'df8c3d37b38e881b', 'put_follow_up', 201, '6a8ddac7fbd1de54c1481f7923d09e4b', '4d721b6c208b42df89ed735f9ffb4971', NULL);
INSERT INTO public.audit_event VALUES (100, 1, '2026-11-22 16:10:14.729258+00', 'df8c3d37b38e881b', 'post_prognosis', 201, 'af887a4cb3b43d44c5dfaf18466fd5cf', '87183ff4d669467995d8be25e449c93b', NULL);
INSERT INTO public.audit_event VALUES (101, 1, '2026-11-22 16:10:14.734488+00', 'df8c3d37b38e881b', 'put_follow_up', 201, 'af887a4cb3b43d44c5dfaf18466fd5cf', '8931b8e2310142758d55ff214fd6340c', NULL);
INSERT INTO public.audit_event VALUES (102, 1, '2026-11-22 16:10:14.74103+00', 'df8c3d37b38e881b', 'post_prognosis', 201, '3171e58153448d3bb5d0ed21cf572f85', 'a71faa0bf2d14a6b91f213cb8f927e57', NULL);
INSERT INTO public.audit_event VALUES (103, 1, '2026-11-22 16:10:14.746229+00', 'df8c3d37b38e881b', 'put_follow_up', 201, '3171e58153448d3bb5d0ed21cf572f85', 'ab50d781228f4031af7ec0a0799c8806', NULL);
INSERT INTO public.audit_event VALUES (104, 1, '2026-11-22 16:10:14.752686+00', 'df8c3d37b38e881b', 'post_prognosis', 201, '9e2a71f301eaf5357585f0309d7aeb35', '3a8998c59228491e88e60c1dbbbb3371', NULL);
INSERT INTO public.audit_event VALUES (105, 1, '2026-11-22 16:10:14.758039+00', 'df8c3d37b38e881b', 'put_follow_up', 201, '9e2a71f301eaf5357585f0309d7aeb35', 'd548a414dfdb4e92be72dcf8f182bb97', NULL);
INSERT INTO public.audit_event VALUES (106, 1, '2026-11-22 16:10:14.763491+00', 'df8c3d37b38e881b', 'post_prognosis', 201, 'f3c2c4f835561109a96d4a87eb3757e3', 'd644da5f2b7141c4a50db43e7dc4484a', NULL);
INSERT INTO public.audit_event VALUES (107, 1, '2026-11-22 16:10:14.767601+00', 'df8c3d37b38e881b', 'put_follow_up', 201, 'f3c2c4f835561109a96d4a87eb3757e3', 'e23314b740c742268fc73ebe10a94a16', NULL);
INSERT INTO public.audit_event VALUES (108, 1, '2026-11-22 16:10:14.772598+00', 'df8c3d37b38e881b', 'post_prognosis', 201, 'ecdf1adfffe09b5a650edc16f1fdb005', '16ab0bc30eab4304862a49bc6d7c8dd3', NULL);
INSERT INTO public.audit_event VALUES (109, 1, '2026-11-22 16:10:14.776594+00', 'df8c3d37b38e881b', 'put_follow_up', 201, 'ecdf1adfffe09b5a650edc16f1fdb005', '4a03fff0d1be498996681bcb9a238aa7', NULL);
INSERT INTO public.audit_event VALUES (110, 1, '2026-11-22 16:10:14.781893+00', 'df8c3d37b38e881b', 'post_prognosis', 201, 'cc085380f52a952a07d5ff2bf8b08200', '3904620d6d8a4b76ae2c600a9d5610b6', NULL);
INSERT INTO public.audit_event VALUES (111, 1, '2026-11-22 16:10:14.786208+00', 'df8c3d37b38e881b', 'put_follow_up', 201, 'cc085380f52a952a07d5ff2bf8b08200', '13dce495726d45cb98e5f81ec0e90625', NULL);
INSERT INTO public.audit_event VALUES (112, 1, '2026-11-22 16:10:14.791357+00', 'df8c3d37b38e881b', 'post_prognosis', 201, '753a0b156de8c66dbfa772471c227cd3', 'f080727c62504b8db3d330a3ee3229d0', NULL);
INSERT INTO public.audit_event VALUES (113, 1, '2026-11-22 16:10:14.795512+00', 'df8c3d37b38e881b', 'put_follow_up', 201, '753a0b156de8c66dbfa772471c227cd3', 'd47b775c9e204f54aff21ee6f4e645cb', NULL);
INSERT INTO public.audit_event VALUES (114, 1, '2026-11-22 16:10:14.80056+00', 'df8c3d37b38e881b', 'post_prognosis', 201, '9ab0fa5e28a65640bb120b171114cbf8', '35d2784815074851b308d7d4b19e933b', NULL);
INSERT INTO public.audit_event VALUES (115, 1, '2026-11-22 16:10:14.804666+00', 'df8c3d37b38e881b', 'put_follow_up', 201, '9ab0fa5e28a65640bb120b171114cbf8', '2c9f4bd115a14f6ba55a5f05982eb102', NULL);
INSERT INTO public.audit_event VALUES (116, 1, '2026-11-22 16:10:14.809716+00', 'df8c3d37b38e881b', 'post_prognosis', 201, '84418f14be90478f78a09e212da2b0a1', '93a9f7ae0cae4b20a1f6bc7da9d7e0f5', NULL);
INSERT INTO public.audit_event VALUES (117, 1, '2026-11-22 16:10:14.813838+00', 'df8c3d37b38e881b', 'put_follow_up', 201, '84418f14be90478f78a09e212da2b0a1', '67e2a1670cf34befb371eabb62872405', NULL);
INSERT INTO public.audit_event VALUES (118, 1, '2026-11-22 16:10:14.819063+00', 'df8c3d37b38e881b', 'post_prognosis', 201, '42a609922421ab61a1c6cf9b95101b41', '833f395d72724a71919fcbf2b6eec381', NULL);
INSERT INTO public.audit_event VALUES (119, 1, '2026-11-22 16:10:14.823182+00', 'df8c3d37b38e881b', 'put_follow_up', 201, '42a609922421ab61a1c6cf9b95101b41', 'ca152dd221cb454b832dd0e537689335', NULL);
INSERT INTO public.audit_event VALUES (120, 1, '2026-11-22 16:10:14.828453+00', 'df8c3d37b38e881b', 'post_prognosis', 201, 'd7408f866a509eb64d48dfbeed9a6dba', 'b343664d3309417a925232292d666f09', NULL);
INSERT INTO public.audit_event VALUES (121, 1, '2026-11-22 16:10:14.832617+00', 'df8c3d37b38e881b', 'put_follow_up', 201, 'd7408f866a509eb64d48dfbeed9a6dba', '69d8c33e44fa495795526c208f7031ff', NULL);
INSERT INTO public.audit_event VALUES (122, 1, '2026-11-22 16:10:14.837365+00', 'df8c3d37b38e881b', 'post_prognosis', 201, '14368c2569830edda9f69a1acf9b48f1', 'e11883d99c1f47c19dbf4eee69a260f0', NULL);
INSERT INTO public.audit_event VALUES (123, 1, '2026-11-22 16:10:14.841554+00', 'df8c3d37b38e881b', 'put_follow_up', 201, '14368c2569830edda9f69a1acf9b48f1', '3254983e65c142dcb9839457e36ed414', NULL);
INSERT INTO public.audit_event VALUES (124, 1, '2026-11-22 16:10:14.846571+00', 'df8c3d37b38e881b', 'post_prognosis', 201, 'c8b7b62f779bdbdab62a53c578ab3ec9', '059fb10ace1c460d883b740d43b7c823', NULL);
INSERT INTO public.audit_event VALUES (125, 1, '2026-11-22 16:10:14.850871+00', 'df8c3d37b38e881b', 'put_follow_up', 201, 'c8b7b62f779bdbdab62a53c578ab3ec9', '765efb75b6234f0eab4525ad66216859', NULL);
INSERT INTO public.audit_event VALUES (126, 1, '2026-11-22 16:10:14.855871+00', 'df8c3d37b38e881b', 'post_prognosis', 201, 'd2cda9686f16d97e3e14816751b611ab', '16fffad0da954846a70d73c68b4aa326', NULL);
INSERT INTO public.audit_event VALUES (127, 1, '2026-11-22 16:10:14.860157+00', 'df8c3d37b38e881b', 'put_follow_up', 201, 'd2cda9686f16d97e3e14816751b611ab', '4b79557c294145b6a9d454199b0e92b6', NULL);
INSERT INTO public.audit_event VALUES (128, 1, '2026-11-22 16:10:14.865062+00', 'df8c3d37b38e881b', 'post_prognosis', 201, 'abd233dae27f9466f7ac1011e6719630', '19dae4939dbe4dae825123027d9b0d34', NULL);
INSERT INTO public.audit_event VALUES (129, 1, '2026-11-22 16:10:14.869464+00', 'df8c3d37b38e881b', 'put_follow_up', 201, 'abd233dae27f9466f7ac1011e6719630', '5ffe5d2bc8e74da6b2acdf50b22dddff', NULL);
INSERT INTO public.audit_event VALUES (130, 1, '2026-11-22 16:10:14.87478+00', 'df8c3d37b38e881b', 'post_prognosis', 201, '0e3c642868f315461cb0d9ba6436113a', '6b792be119164c88ae12d16661796515', NULL);
INSERT INTO public.audit_event VALUES (131, 1, '2026-11-22 16:10:14.879114+00', 'df8c3d37b38e881b', 'put_follow_up', 201, '0e3c642868f315461cb0d9ba6436113a', '1ade6b8dcfd941a29ad5c8b1a58daf66', NULL);
INSERT INTO public.audit_event VALUES (132, 1, '2026-11-22 16:10:14.884081+00', 'df8c3d37b38e881b', 'post_prognosis', 201, '8820d5b8820a0370d5682f88bb294de3', 'a8aa4483f6844359a4189dd7845cf57e', NULL);
INSERT INTO public.audit_event VALUES (133, 1, '2026-11-22 16:10:14.888174+00', 'df8c3d37b38e881b', 'put_follow_up', 201, '8820d5b8820a0370d5682f88bb294de3', 'b492f071279a451ca11c36aed6fe2d84', NULL);
INSERT INTO public.audit_event VALUES (134, 1, '2026-11-22 16:10:14.893112+00', 'df8c3d37b38e881b', 'post_prognosis', 201, 'e5f30185b70ad48255ea1c90b559fc02', '7da85bc37cc44abf94f4d01969ca9fc6', NULL);
INSERT INTO public.audit_event VALUES (135, 1, '2026-11-22 16:10:14.897263+00', 'df8c3d37b38e881b', 'put_follow_up', 201, 'e5f30185b70ad48255ea1c90b559fc02', '647fac156b8b4c09997c0e105ccb9246', NULL);
INSERT INTO public.audit_event VALUES (136, 1, '2026-11-22 16:10:14.902339+00', 'df8c3d37b38e881b', 'post_prognosis', 201, 'e37b5b6635722d19e953e662cbd66e26', '36eb9957e1fa4837848704cc039b384f', NULL);
INSERT INTO public.audit_event VALUES (137, 1, '2026-11-22 16:10:14.906433+00', 'df8c3d37b38e881b', 'put_follow_up', 201, 'e37b5b6635722d19e953e662cbd66e26', '20cda02afdb84c33bf2e47601a1b2202', NULL);
INSERT INTO public.audit_event VALUES (138, 1, '2026-11-22 16:10:14.911388+00', 'df8c3d37b38e881b', 'post_prognosis', 201, 'f9d45c8e233f15d2146067026b809b82', 'f77c62e6aad54722b0610edb7bb17ee2', NULL);
INSERT INTO public.audit_event VALUES (139, 1, '2026-11-22 16:10:14.915373+00', 'df8c3d37b38e881b', 'put_follow_up', 201, 'f9d45c8e233f15d2146067026b809b82', 'f13aa3a222b949c6b909d930011ebfed', NULL);
INSERT INTO public.audit_event VALUES (140, 1, '2026-11-22 16:10:14.920803+00', 'df8c3d37b38e881b', 'post_prognosis', 201, 'faf0571abb6a2caf1eb3b5ad45c3c2c9', '24376137b88046a1a830fbd827a111d2', NULL);
INSERT INTO public.audit_event VALUES (141, 1, '2026-11-22 16:10:14.924912+00', 'df8c3d37b38e881b', 'put_follow_up', 201, 'faf0571abb6a2caf1eb3b5ad45c3c2c9', '88f1d04f90a846f6a6eb618313e42536', NULL);
INSERT INTO public.audit_event VALUES (142, 1, '2026-11-22 16:10:14.930528+00', 'df8c3d37b38e881b', 'post_prognosis', 201, '163ce0404113fadabfb9be8a41f92ac7', '532929c467dd4cb4932ab51c8248d6ae', NULL);
INSERT INTO public.audit_event VALUES (143, 1, '2026-11-22 16:10:14.934718+00', 'df8c3d37b38e881b', 'put_follow_up', 201, '163ce0404113fadabfb9be8a41f92ac7', 'f947e855dd2842f48d936ace21d1a54c', NULL);
INSERT INTO public.audit_event VALUES (144, 1, '2026-11-22 16:10:14.939881+00', 'df8c3d37b38e881b', 'post_prognosis', 201, 'f58019eee8f537bb1126ee1d3fa0ad00', 'd9cdab98a7ed4ecaad6a3367722939f3', NULL);
INSERT INTO public.audit_event VALUES (145, 1, '2026-11-22 16:10:14.943915+00', 'df8c3d37b38e881b', 'put_follow_up', 201, 'f58019eee8f537bb1126ee1d3fa0ad00', '2d699fa7653740fab404ef0e31e0a58f', NULL);
INSERT INTO public.audit_event VALUES (146, 1, '2026-11-22 16:10:14.94881+00', 'df8c3d37b38e881b', 'post_prognosis', 201, 'e8a66637bf64f611be49e392eb333bb2', '9616d309bd1347aba31fd38b9d3160ae', NULL);
INSERT INTO public.audit_event VALUES (147, 1, '2026-11-22 16:10:14.95282+00', 'df8c3d37b38e881b', 'put_follow_up', 201, 'e8a66637bf64f611be49e392eb333bb2', '98acbe5bc11141739e31748990bac45d', NULL);
INSERT INTO public.audit_event VALUES (148, 1, '2026-11-22 16:10:14.957597+00', 'df8c3d37b38e881b', 'post_prognosis', 201, '0a701ca74b583c7362d5aa4f815adfa4', '56147fe1103940bdb63edf0cb95a0458', NULL);
INSERT INTO public.audit_event VALUES (149, 1, '2026-11-22 16:10:14.961787+00', 'df8c3d37b38e881b', 'put_follow_up', 201, '0a701ca74b583c7362d5aa4f815adfa4', 'ad5bb91c72a64aff9414cccde922da24', NULL);
INSERT INTO public.audit_event VALUES (150, 1, '2026-11-22 16:10:14.968648+00', 'df8c3d37b38e881b', 'post_prognosis', 201, 'acf795a6b9f90f9a1017d50fb21f334d', 'd6f0651751754798b49420b3830dfe5e', NULL);
INSERT INTO public.audit_event VALUES (151, 1, '2026-11-22 16:10:14.973236+00', 'df8c3d37b38e881b', 'put_follow_up', 201, 'acf795a6b9f90f9a1017d50fb21f334d', '8e5740a647f147e3b217faa002fc5e52', NULL);
INSERT INTO public.audit_event VALUES (152, 1, '2026-11-22 16:10:14.978907+00', 'df8c3d37b38e881b', 'post_prognosis', 201, '307ec6db3f468a761ee8fa618bdbf472', 'edf4f28d01a540f6bee16bc7c1c77972', NULL);
INSERT INTO public.audit_event VALUES (153, 1, '2026-11-22 16:10:14.983081+00', 'df8c3d37b38e881b', 'put_follow_up', 201, '307ec6db3f468a761ee8fa618bdbf472', 'd9b17a4e3a11483586de28d018841b7d', NULL);
INSERT INTO public.audit_event VALUES (154, 1, '2026-11-22 16:10:14.987958+00', 'df8c3d37b38e881b', 'post_prognosis', 201, 'f8ba4fe3fc152a4ad5ce6a3e69406e68', 'bddbaefde16c4e05bf5b7bafee5b87aa', NULL);
INSERT INTO public.audit_event VALUES (155, 1, '2026-11-22 16:10:14.992048+00', 'df8c3d37b38e881b', 'put_follow_up', 201, 'f8ba4fe3fc152a4ad5ce6a3e69406e68', '57d36b629424489c93e95677d26f7a13', NULL);
INSERT INTO public.audit_event VALUES (156, 1, '2026-11-22 16:10:14.996714+00', 'df8c3d37b38e881b', 'post_prognosis', 201, 'ac8e60d0b9f41d6efb8edb56f4b913c7', 'e415ef4a05ee479dad4afe8046f005f6', NULL);
INSERT INTO public.audit_event VALUES (157, 1, '2026-11-22 16:10:15.000745+00', 'df8c3d37b38e881b', 'put_follow_up', 201, 'ac8e60d0b9f41d6efb8edb56f4b913c7', '8ae0315d9828440bad0cc6de952647f5', NULL);
INSERT INTO public.audit_event VALUES (158, 1, '2026-11-22 16:10:15.005468+00', 'df8c3d37b38e881b', 'post_prognosis', 201, '8a0d8585a20b4f5630149644df3acb68', '9916943710d7425e95c464979d6fee4b', NULL);
INSERT INTO public.audit_event VALUES (159, 1, '2026-11-22 16:10:15.009571+00', 'df8c3d37b38e881b', 'put_follow_up', 201, '8a0d8585a20b4f5630149644df3acb68', '4518ba772be145c29dc1aa05cd2e8d98', NULL);
INSERT INTO public.audit_event VALUES (160, 1, '2026-11-22 16:10:15.014556+00', 'df8c3d37b38e881b', 'post_prognosis', 201, '234d26d37a18ab5af453364b8dd378c0', '1228ca1e3b964bbe825e573eb2b5e637', NULL);
INSERT INTO public.audit_event VALUES (161, 1, '2026-11-22 16:10:15.018759+00', 'df8c3d37b38e881b', 'put_follow_up', 201, '234d26d37a18ab5af453364b8dd378c0', 'ba1da5c7d0e8440fb8e1d7d24b202f0e', NULL);
INSERT INTO public.audit_event VALUES (162, 1, '2026-11-22 16:10:15.024151+00', 'df8c3d37b38e881b', 'post_prognosis', 201, '90daeb65d2e035abd430aa500379980a', '2258fc6289754705a4490b6c79f8a09e', NULL);
INSERT INTO public.audit_event VALUES (163, 1, '2026-11-22 16:10:15.028159+00', 'df8c3d37b38e881b', 'put_follow_up', 201, '90daeb65d2e035abd430aa500379980a', 'ee3261e4bc234e0c890f5f20ab8c3644', NULL);
INSERT INTO public.audit_event VALUES (164, 1, '2026-11-22 16:10:15.032999+00', 'df8c3d37b38e881b', 'post_prognosis', 201, '760ea3396d8c3f28dc55cfcfe59ac7ee', '930589e5021c43139551fd1070c8c0f2', NULL);
INSERT INTO public.audit_event VALUES (165, 1, '2026-11-22 16:10:15.036874+00', 'df8c3d37b38e881b', 'put_follow_up', 201, '760ea3396d8c3f28dc55cfcfe59ac7ee', '09d26bc927c340c8bedd070dbd1f3477', NULL);
INSERT INTO public.audit_event VALUES (166, 1, '2026-11-22 16:10:15.041661+00', 'df8c3d37b38e881b', 'post_prognosis', 201, '8d14910385b14b2d96490abec01aec96', '213e34055b994c0aa58609023725eb30', NULL);
INSERT INTO public.audit_event VALUES (167, 1, '2026-11-22 16:10:15.045603+00', 'df8c3d37b38e881b', 'put_follow_up', 201, '8d14910385b14b2d96490abec01aec96', '0e8e739febd74acaa3361b6d3d347b2a', NULL);
INSERT INTO public.audit_event VALUES (168, 1, '2026-11-22 16:10:15.050534+00', 'df8c3d37b38e881b', 'post_prognosis', 201, '5b3367dc2070ea1dadef4131334dbb4c', '717da4a5fb0748e1b55c15f6900c15cf', NULL);
INSERT INTO public.audit_event VALUES (169, 1, '2026-11-22 16:10:15.054662+00', 'df8c3d37b38e881b', 'put_follow_up', 201, '5b3367dc2070ea1dadef4131334dbb4c', '8744793720f247e1b1a3dfb23712c33b', NULL);
INSERT INTO public.audit_event VALUES (170, 1, '2026-11-22 16:10:15.05973+00', 'df8c3d37b38e881b', 'post_prognosis', 201, '14e7ce4a4e2644e6fabb3f59738ad466', '2f73bb0a42da4b55a775c190befcf289', NULL);
INSERT INTO public.audit_event VALUES (171, 1, '2026-11-22 16:10:15.063899+00', 'df8c3d37b38e881b', 'put_follow_up', 201, '14e7ce4a4e2644e6fabb3f59738ad466', 'ec276429f1484a4183458882964d6a50', NULL);
INSERT INTO public.audit_event VALUES (172, 1, '2026-11-22 16:10:15.068769+00', 'df8c3d37b38e881b', 'post_prognosis', 201, '96a7ad15d661a2692193574a67f1f36d', '709e73c6accf4013abe84f4236f3d9d5', NULL);
INSERT INTO public.audit_event VALUES (173, 1, '2026-11-22 16:10:15.073138+00', 'df8c3d37b38e881b', 'put_follow_up', 201, '96a7ad15d661a2692193574a67f1f36d', '48b351f291104ad8a0e8d630aa8a0278', NULL);
INSERT INTO public.audit_event VALUES (174, 1, '2026-11-22 16:10:15.077964+00', 'df8c3d37b38e881b', 'post_prognosis', 201, '1c2e1b1c8f36d5ae18423f814090955f', '38cb9e507fee4b369830c1de276710b3', NULL);
INSERT INTO public.audit_event VALUES (175, 1, '2026-11-22 16:10:15.08231+00', 'df8c3d37b38e881b', 'put_follow_up', 201, '1c2e1b1c8f36d5ae18423f814090955f', '39950d25e43f47fd9af206dcb3c44e41', NULL);
INSERT INTO public.audit_event VALUES (176, 1, '2026-11-22 16:10:15.087205+00', 'df8c3d37b38e881b', 'post_prognosis', 201, 'b2359f2d56c92c6db1c324cccf77d73b', 'cb2a0dcf080c42ce9bed7460f3f25b23', NULL);
INSERT INTO public.audit_event VALUES (177, 1, '2026-11-22 16:10:15.091417+00', 'df8c3d37b38e881b', 'put_follow_up', 201, 'b2359f2d56c92c6db1c324cccf77d73b', 'b9f8c71d3ebc418d9dbf4160b06a24c0', NULL);
INSERT INTO public.audit_event VALUES (178, 1, '2026-11-22 16:10:15.096225+00', 'df8c3d37b38e881b', 'post_prognosis', 201, '0d2edc197f2d1acc67eb1be11624eaba', '4d5ac3e4941b4aa1a97da76b6e41bf3c', NULL);
INSERT INTO public.audit_event VALUES (179, 1, '2026-11-22 16:10:15.100282+00', 'df8c3d37b38e881b', 'put_follow_up', 201, '0d2edc197f2d1acc67eb1be11624eaba', 'f032d2f8eb044463a98625eec50b7b61', NULL);
INSERT INTO public.audit_event VALUES (180, 1, '2026-11-22 16:10:15.104995+00', 'df8c3d37b38e881b', 'post_prognosis', 201, '12f81ba0b82fe2ce8719aa038047492b', '225d8b61dde7486a95f70e2e6d238c7b', NULL);
INSERT INTO public.audit_event VALUES (181, 1, '2026-11-22 16:10:15.10919+00', 'df8c3d37b38e881b', 'put_follow_up', 201, '12f81ba0b82fe2ce8719aa038047492b', '21c9ee22c1ae4d438af343cece0eb6c1', NULL);
INSERT INTO public.audit_event VALUES (182, 1, '2026-11-22 16:10:15.116168+00', 'df8c3d37b38e881b', 'post_model', 202, NULL, '2d294c36e5bd4c968477ed0600157623', NULL);
INSERT INTO public.audit_event VALUES (183, 1, '2026-11-22 16:10:16.468071+00', NULL, 'model put into use', 200, NULL, '17596bf34fce430186d70636176f76ad', 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8');
INSERT INTO public.audit_event VALUES (184, 1, '2026-11-22 16:10:16.506545+00', 'df8c3d37b38e881b', 'post_prognosis', 201, 'cb3018132e7214aac95062e78dc960a3', 'ce279deed5c0407f93762fee5d4cf7ab', NULL);
INSERT INTO public.audit_event VALUES (185, 1, '2026-11-22 16:10:16.519246+00', 'df8c3d37b38e881b', 'put_blood_test', 200, 'ba8d9a6915069d2cbf6110437b72dbfd', '9f9f66e06b2c42629bdff505e289efbc', NULL);
INSERT INTO public.audit_event VALUES (186, 1, '2026-11-22 16:10:16.524069+00', 'df8c3d37b38e881b', 'post_client', 201, NULL, 'dcf2c5a5f33249098937a078a37ac12c', NULL);
INSERT INTO public.audit_event VALUES (187, 1, '2026-11-22 16:10:16.528101+00', 'df8c3d37b38e881b', 'get_prognosis', 200, 'cb3018132e7214aac95062e78dc960a3', '428f8906d9104330a19be0ea95c04921', NULL);
INSERT INTO public.audit_event VALUES (188, 1, '2026-11-22 16:10:16.535218+00', 'df8c3d37b38e881b', 'get_history', 200, 'ba8d9a6915069d2cbf6110437b72dbfd', 'f9739593019443c3987cdd1ec2e7dfdb', NULL);
INSERT INTO public.audit_event VALUES (189, 1, '2026-11-22 16:10:16.540202+00', 'df8c3d37b38e881b', 'get_blood_test_versions', 200, 'ba8d9a6915069d2cbf6110437b72dbfd', '737f4218946f4d1b803af4a73f09b14f', NULL);
INSERT INTO public.audit_event VALUES (190, 1, '2026-11-22 16:10:16.544277+00', 'df8c3d37b38e881b', 'get_follow_up', 200, '889af395deef7ed0b52065f97a44ca4f', '59eec13beb0641dda1bf3448dc528ef0', NULL);
INSERT INTO public.audit_event VALUES (191, 1, '2026-11-22 16:10:16.547988+00', 'df8c3d37b38e881b', 'get_current_model', 200, NULL, 'd01d55b66cbf40ab9d334381bd34ca16', NULL);
INSERT INTO public.audit_event VALUES (192, 1, '2026-11-22 16:10:16.551474+00', 'df8c3d37b38e881b', 'get_covariates', 200, NULL, '554086560e544bb8a3dd319346fb227d', NULL);


--
-- Data for Name: blood_test; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.blood_test VALUES (1, 'R-000', 1, true, 'R-000', '2024-01-01 08:00:00+00', '2024-01-01', 0, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.182625+00');
INSERT INTO public.blood_test VALUES (1, 'R-001', 1, true, 'R-001', '2024-01-02 08:00:00+00', '2024-01-02', 1, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.202707+00');
INSERT INTO public.blood_test VALUES (1, 'R-002', 1, true, 'R-002', '2024-01-03 08:00:00+00', '2024-01-03', 4, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.215411+00');
INSERT INTO public.blood_test VALUES (1, 'R-004', 1, true, 'R-004', '2024-01-05 08:00:00+00', '2024-01-05', 16, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.241751+00');
INSERT INTO public.blood_test VALUES (1, 'R-005', 1, true, 'R-005', '2024-01-06 08:00:00+00', '2024-01-06', 25, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.263759+00');
INSERT INTO public.blood_test VALUES (1, 'R-006', 1, true, 'R-006', '2024-01-07 08:00:00+00', '2024-01-07', 36, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.279432+00');
INSERT INTO public.blood_test VALUES (1, 'R-007', 1, true, 'R-007', '2024-01-08 08:00:00+00', '2024-01-08', 49, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.293692+00');
INSERT INTO public.blood_test VALUES (1, 'R-008', 1, true, 'R-008', '2024-01-09 08:00:00+00', '2024-01-09', 64, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.305004+00');
INSERT INTO public.blood_test VALUES (1, 'R-009', 1, true, 'R-009', '2024-01-10 08:00:00+00', '2024-01-10', 81, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.317344+00');
INSERT INTO public.blood_test VALUES (1, 'R-010', 1, true, 'R-010', '2024-01-11 08:00:00+00', '2024-01-11', 3, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.327735+00');
INSERT INTO public.blood_test VALUES (1, 'R-011', 1, true, 'R-011', '2024-01-12 08:00:00+00', '2024-01-12', 24, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.337795+00');
INSERT INTO public.blood_test VALUES (1, 'R-012', 1, true, 'R-012', '2024-01-13 08:00:00+00', '2024-01-13', 47, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.347246+00');
INSERT INTO public.blood_test VALUES (1, 'R-013', 1, true, 'R-013', '2024-01-14 08:00:00+00', '2024-01-14', 72, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.356746+00');
INSERT INTO public.blood_test VALUES (1, 'R-014', 1, true, 'R-014', '2024-01-15 08:00:00+00', '2024-01-15', 2, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.36656+00');
INSERT INTO public.blood_test VALUES (1, 'R-015', 1, true, 'R-015', '2024-01-16 08:00:00+00', '2024-01-16', 31, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.376975+00');
INSERT INTO public.blood_test VALUES (1, 'R-016', 1, true, 'R-016', '2024-01-17 08:00:00+00', '2024-01-17', 62, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.389257+00');
INSERT INTO public.blood_test VALUES (1, 'R-017', 1, true, 'R-017', '2024-01-18 08:00:00+00', '2024-01-18', 95, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.401455+00');
INSERT INTO public.blood_test VALUES (1, 'R-018', 1, true, 'R-018', '2024-01-19 08:00:00+00', '2024-01-19', 33, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.411953+00');
INSERT INTO public.blood_test VALUES (1, 'R-019', 1, true, 'R-019', '2024-01-20 08:00:00+00', '2024-01-20', 70, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.421468+00');
INSERT INTO public.blood_test VALUES (1, 'R-020', 1, true, 'R-020', '2024-01-21 08:00:00+00', '2024-01-21', 12, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.431249+00');
INSERT INTO public.blood_test VALUES (1, 'R-021', 1, true, 'R-021', '2024-01-22 08:00:00+00', '2024-01-22', 53, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.440617+00');
INSERT INTO public.blood_test VALUES (1, 'R-022', 1, true, 'R-022', '2024-01-23 08:00:00+00', '2024-01-23', 96, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.450967+00');
INSERT INTO public.blood_test VALUES (1, 'R-023', 1, true, 'R-023', '2024-01-24 08:00:00+00', '2024-01-24', 44, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.460813+00');
INSERT INTO public.blood_test VALUES (1, 'R-024', 1, true, 'R-024', '2024-01-25 08:00:00+00', '2024-01-25', 91, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.470505+00');
INSERT INTO public.blood_test VALUES (1, 'R-025', 1, true, 'R-025', '2024-01-26 08:00:00+00', '2024-01-26', 43, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.480471+00');
INSERT INTO public.blood_test VALUES (1, 'R-026', 1, true, 'R-026', '2024-01-27 08:00:00+00', '2024-01-27', 94, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.489871+00');
INSERT INTO public.blood_test VALUES (1, 'R-027', 1, true, 'R-027', '2024-01-28 08:00:00+00', '2024-01-28', 50, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.499421+00');
INSERT INTO public.blood_test VALUES (1, 'R-028', 1, true, 'R-028', '2024-01-01 08:00:00+00', '2024-01-01', 8, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.508877+00');
INSERT INTO public.blood_test VALUES (1, 'R-029', 1, true, 'R-029', '2024-01-02 08:00:00+00', '2024-01-02', 65, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.520393+00');
INSERT INTO public.blood_test VALUES (1, 'R-030', 1, true, 'R-030', '2024-01-03 08:00:00+00', '2024-01-03', 27, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.529914+00');
INSERT INTO public.blood_test VALUES (1, 'R-031', 1, true, 'R-031', '2024-01-04 08:00:00+00', '2024-01-04', 88, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.539587+00');
INSERT INTO public.blood_test VALUES (1, 'R-032', 1, true, 'R-032', '2024-01-05 08:00:00+00', '2024-01-05', 54, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.549002+00');
INSERT INTO public.blood_test VALUES (1, 'R-033', 1, true, 'R-033', '2024-01-06 08:00:00+00', '2024-01-06', 22, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.558346+00');
INSERT INTO public.blood_test VALUES (1, 'R-034', 1, true, 'R-034', '2024-01-07 08:00:00+00', '2024-01-07', 89, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.568038+00');
INSERT INTO public.blood_test VALUES (1, 'R-035', 1, true, 'R-035', '2024-01-08 08:00:00+00', '2024-01-08', 61, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.577897+00');
INSERT INTO public.blood_test VALUES (1, 'R-036', 1, true, 'R-036', '2024-01-09 08:00:00+00', '2024-01-09', 35, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.587605+00');
INSERT INTO public.blood_test VALUES (1, 'R-037', 1, true, 'R-037', '2024-01-10 08:00:00+00', '2024-01-10', 11, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.59699+00');
INSERT INTO public.blood_test VALUES (1, 'R-038', 1, true, 'R-038', '2024-01-11 08:00:00+00', '2024-01-11', 86, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.606479+00');
INSERT INTO public.blood_test VALUES (1, 'R-039', 1, true, 'R-039', '2024-01-12 08:00:00+00', '2024-01-12', 66, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.61629+00');
INSERT INTO public.blood_test VALUES (1, 'R-040', 1, true, 'R-040', '2024-01-13 08:00:00+00', '2024-01-13', 48, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.625518+00');
INSERT INTO public.blood_test VALUES (1, 'R-041', 1, true, 'R-041', '2024-01-14 08:00:00+00', '2024-01-14', 32, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.635157+00');
INSERT INTO public.blood_test VALUES (1, 'R-042', 1, true, 'R-042', '2024-01-15 08:00:00+00', '2024-01-15', 18, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.644236+00');
INSERT INTO public.blood_test VALUES (1, 'R-043', 1, true, 'R-043', '2024-01-16 08:00:00+00', '2024-01-16', 6, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.653443+00');
INSERT INTO public.blood_test VALUES (1, 'R-044', 1, true, 'R-044', '2024-01-17 08:00:00+00', '2024-01-17', 93, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.663268+00');
INSERT INTO public.blood_test VALUES (1, 'R-045', 1, true, 'R-045', '2024-01-18 08:00:00+00', '2024-01-18', 85, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.681988+00');
INSERT INTO public.blood_test VALUES (1, 'R-046', 1, true, 'R-046', '2024-01-19 08:00:00+00', '2024-01-19', 79, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.694451+00');
INSERT INTO public.blood_test VALUES (1, 'R-047', 1, true, 'R-047', '2024-01-20 08:00:00+00', '2024-01-20', 75, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.705143+00');
INSERT INTO public.blood_test VALUES (1, 'R-048', 1, true, 'R-048', '2024-01-21 08:00:00+00', '2024-01-21', 73, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.716004+00');
INSERT INTO public.blood_test VALUES (1, 'R-049', 1, true, 'R-049', '2024-01-22 08:00:00+00', '2024-01-22', 73, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.727927+00');
INSERT INTO public.blood_test VALUES (1, 'R-050', 1, true, 'R-050', '2024-01-23 08:00:00+00', '2024-01-23', 75, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.739847+00');
INSERT INTO public.blood_test VALUES (1, 'R-051', 1, true, 'R-051', '2024-01-24 08:00:00+00', '2024-01-24', 79, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.751549+00');
INSERT INTO public.blood_test VALUES (1, 'R-052', 1, true, 'R-052', '2024-01-25 08:00:00+00', '2024-01-25', 85, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.762649+00');
INSERT INTO public.blood_test VALUES (1, 'R-053', 1, true, 'R-053', '2024-01-26 08:00:00+00', '2024-01-26', 93, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.771856+00');
INSERT INTO public.blood_test VALUES (1, 'R-054', 1, true, 'R-054', '2024-01-27 08:00:00+00', '2024-01-27', 6, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.781093+00');
INSERT INTO public.blood_test VALUES (1, 'R-055', 1, true, 'R-055', '2024-01-28 08:00:00+00', '2024-01-28', 18, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.790573+00');
INSERT INTO public.blood_test VALUES (1, 'R-056', 1, true, 'R-056', '2024-01-01 08:00:00+00', '2024-01-01', 32, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.799811+00');
INSERT INTO public.blood_test VALUES (1, 'R-057', 1, true, 'R-057', '2024-01-02 08:00:00+00', '2024-01-02', 48, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.808955+00');
INSERT INTO public.blood_test VALUES (1, 'R-058', 1, true, 'R-058', '2024-01-03 08:00:00+00', '2024-01-03', 66, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.817951+00');
INSERT INTO public.blood_test VALUES (1, 'R-059', 1, true, 'R-059', '2024-01-04 08:00:00+00', '2024-01-04', 86, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.827627+00');
INSERT INTO public.blood_test VALUES (1, 'R-060', 1, true, 'R-060', '2024-01-05 08:00:00+00', '2024-01-05', 11, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.83664+00');
INSERT INTO public.blood_test VALUES (1, 'R-061', 1, true, 'R-061', '2024-01-06 08:00:00+00', '2024-01-06', 35, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.845691+00');
INSERT INTO public.blood_test VALUES (1, 'R-062', 1, true, 'R-062', '2024-01-07 08:00:00+00', '2024-01-07', 61, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.855141+00');
INSERT INTO public.blood_test VALUES (1, 'R-063', 1, true, 'R-063', '2024-01-08 08:00:00+00', '2024-01-08', 89, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.864298+00');
INSERT INTO public.blood_test VALUES (1, 'R-064', 1, true, 'R-064', '2024-01-09 08:00:00+00', '2024-01-09', 22, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.873864+00');
INSERT INTO public.blood_test VALUES (1, 'R-065', 1, true, 'R-065', '2024-01-10 08:00:00+00', '2024-01-10', 54, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.883278+00');
INSERT INTO public.blood_test VALUES (1, 'R-066', 1, true, 'R-066', '2024-01-11 08:00:00+00', '2024-01-11', 88, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.892378+00');
INSERT INTO public.blood_test VALUES (1, 'R-067', 1, true, 'R-067', '2024-01-12 08:00:00+00', '2024-01-12', 27, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.901438+00');
INSERT INTO public.blood_test VALUES (1, 'R-068', 1, true, 'R-068', '2024-01-13 08:00:00+00', '2024-01-13', 65, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.910638+00');
INSERT INTO public.blood_test VALUES (1, 'R-069', 1, true, 'R-069', '2024-01-14 08:00:00+00', '2024-01-14', 8, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.919989+00');
INSERT INTO public.blood_test VALUES (1, 'R-070', 1, true, 'R-070', '2024-01-15 08:00:00+00', '2024-01-15', 50, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.929241+00');
INSERT INTO public.blood_test VALUES (1, 'R-071', 1, true, 'R-071', '2024-01-16 08:00:00+00', '2024-01-16', 94, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.939047+00');
INSERT INTO public.blood_test VALUES (1, 'R-072', 1, true, 'R-072', '2024-01-17 08:00:00+00', '2024-01-17', 43, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.947943+00');
INSERT INTO public.blood_test VALUES (1, 'R-073', 1, true, 'R-073', '2024-01-18 08:00:00+00', '2024-01-18', 91, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.956853+00');
INSERT INTO public.blood_test VALUES (1, 'R-074', 1, true, 'R-074', '2024-01-19 08:00:00+00', '2024-01-19', 44, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.967402+00');
INSERT INTO public.blood_test VALUES (1, 'R-075', 1, true, 'R-075', '2024-01-20 08:00:00+00', '2024-01-20', 96, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.977843+00');
INSERT INTO public.blood_test VALUES (1, 'R-076', 1, true, 'R-076', '2024-01-21 08:00:00+00', '2024-01-21', 53, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.987127+00');
INSERT INTO public.blood_test VALUES (1, 'R-077', 1, true, 'R-077', '2024-01-22 08:00:00+00', '2024-01-22', 12, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.995998+00');
INSERT INTO public.blood_test VALUES (1, 'R-078', 1, true, 'R-078', '2024-01-23 08:00:00+00', '2024-01-23', 70, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:15.004751+00');
INSERT INTO public.blood_test VALUES (1, 'R-079', 1, true, 'R-079', '2024-01-24 08:00:00+00', '2024-01-24', 33, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:15.013715+00');
INSERT INTO public.blood_test VALUES (1, 'R-080', 1, true, 'R-080', '2024-01-25 08:00:00+00', '2024-01-25', 95, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:15.023393+00');
INSERT INTO public.blood_test VALUES (1, 'R-081', 1, true, 'R-081', '2024-01-26 08:00:00+00', '2024-01-26', 62, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:15.032233+00');
INSERT INTO public.blood_test VALUES (1, 'R-082', 1, true, 'R-082', '2024-01-27 08:00:00+00', '2024-01-27', 31, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:15.040929+00');
INSERT INTO public.blood_test VALUES (1, 'R-083', 1, true, 'R-083', '2024-01-28 08:00:00+00', '2024-01-28', 2, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:15.049665+00');
INSERT INTO public.blood_test VALUES (1, 'R-084', 1, true, 'R-084', '2024-01-01 08:00:00+00', '2024-01-01', 72, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:15.058939+00');
INSERT INTO public.blood_test VALUES (1, 'R-085', 1, true, 'R-085', '2024-01-02 08:00:00+00', '2024-01-02', 47, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:15.067887+00');
INSERT INTO public.blood_test VALUES (1, 'R-086', 1, true, 'R-086', '2024-01-03 08:00:00+00', '2024-01-03', 24, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:15.077221+00');
INSERT INTO public.blood_test VALUES (1, 'R-087', 1, true, 'R-087', '2024-01-04 08:00:00+00', '2024-01-04', 3, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:15.086463+00');
INSERT INTO public.blood_test VALUES (1, 'R-088', 1, true, 'R-088', '2024-01-05 08:00:00+00', '2024-01-05', 81, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:15.095429+00');
INSERT INTO public.blood_test VALUES (1, 'R-089', 1, true, 'R-089', '2024-01-06 08:00:00+00', '2024-01-06', 64, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:15.104292+00');
INSERT INTO public.blood_test VALUES (1, 'R-090', 1, true, 'R-090', '2024-01-07 08:00:00+00', '2024-01-07', 17, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:16.504978+00');
INSERT INTO public.blood_test VALUES (1, 'R-003', 1, false, 'R-003', '2024-01-04 08:00:00+00', '2024-01-04', 9, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:14.227545+00');
INSERT INTO public.blood_test VALUES (1, 'R-003', 2, true, 'R-003', '2024-01-04 09:00:00+00', '2024-01-04', 9, 7.5, 'cellsearch', 'final', '2026-11-22 16:10:16.510451+00');


--
-- Data for Name: client; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.client VALUES (1, 'df8c3d37b38e881b', 'test', 'results:write patients:read patients:write prognoses:read models:read models:write cohort:read trials:read trials:write trials:unblind audit:read clients:write', NULL, '2026-11-22 16:10:14.139249+00', NULL);
INSERT INTO public.client VALUES (1, 'c2e41df5c16ad968', 'second', 'patients:read', NULL, '2026-11-22 16:10:16.523111+00', NULL);


--
-- Data for Name: client_secret; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.client_secret VALUES ('df8c3d37b38e881b', '\x28d3595f581f81bb01e965ef14a1961f8d995746f29c90cf1bbc8e865b003ca2', '2026-11-22 16:10:14.139249+00', NULL);
INSERT INTO public.client_secret VALUES ('c2e41df5c16ad968', '\x5c7ea84ca918f994bbc3cd43f53743e599da23e9802ba09f7bc499c4e898709f', '2026-11-22 16:10:16.523111+00', NULL);


--
-- Data for Name: declared_covariate; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.declared_covariate VALUES (1, 'nodes', 'continuous', '', 0, 100, '2026-11-22 16:10:14.168696+00');


--
-- Data for Name: follow_up; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.follow_up VALUES (1, 'R-000', 1, true, '2026-11-01', NULL, NULL, '2026-11-22 16:10:14.194822+00');
INSERT INTO public.follow_up VALUES (1, 'R-001', 1, true, NULL, '2025-02-03', NULL, '2026-11-22 16:10:14.209008+00');
INSERT INTO public.follow_up VALUES (1, 'R-002', 1, true, NULL, '2024-03-04', NULL, '2026-11-22 16:10:14.221393+00');
INSERT INTO public.follow_up VALUES (1, 'R-003', 1, true, NULL, '2025-04-05', NULL, '2026-11-22 16:10:14.234096+00');
INSERT INTO public.follow_up VALUES (1, 'R-004', 1, true, '2026-11-05', NULL, NULL, '2026-11-22 16:10:14.255171+00');
INSERT INTO public.follow_up VALUES (1, 'R-005', 1, true, NULL, '2025-06-07', NULL, '2026-11-22 16:10:14.272128+00');
INSERT INTO public.follow_up VALUES (1, 'R-006', 1, true, NULL, '2024-07-08', NULL, '2026-11-22 16:10:14.286645+00');
INSERT INTO public.follow_up VALUES (1, 'R-007', 1, true, NULL, '2025-08-09', NULL, '2026-11-22 16:10:14.299634+00');
INSERT INTO public.follow_up VALUES (1, 'R-008', 1, true, '2026-11-09', NULL, NULL, '2026-11-22 16:10:14.309921+00');
INSERT INTO public.follow_up VALUES (1, 'R-009', 1, true, NULL, '2025-01-11', NULL, '2026-11-22 16:10:14.322529+00');
INSERT INTO public.follow_up VALUES (1, 'R-010', 1, true, NULL, '2024-02-12', NULL, '2026-11-22 16:10:14.332887+00');
INSERT INTO public.follow_up VALUES (1, 'R-011', 1, true, NULL, '2025-03-13', NULL, '2026-11-22 16:10:14.342461+00');
INSERT INTO public.follow_up VALUES (1, 'R-012', 1, true, '2026-11-13', NULL, NULL, '2026-11-22 16:10:14.351865+00');
INSERT INTO public.follow_up VALUES (1, 'R-013', 1, true, NULL, '2025-05-15', NULL, '2026-11-22 16:10:14.361287+00');
INSERT INTO public.follow_up VALUES (1, 'R-014', 1, true, NULL, '2024-06-16', NULL, '2026-11-22 16:10:14.371398+00');
INSERT INTO public.follow_up VALUES (1, 'R-015', 1, true, NULL, '2025-07-17', NULL, '2026-11-22 16:10:14.383225+00');
INSERT INTO public.follow_up VALUES (1, 'R-016', 1, true, '2026-11-17', NULL, NULL, '2026-11-22 16:10:14.395292+00');
INSERT INTO public.follow_up VALUES (1, 'R-017', 1, true, NULL, '2025-09-19', NULL, '2026-11-22 16:10:14.407096+00');
INSERT INTO public.follow_up VALUES (1, 'R-018', 1, true, NULL, '2024-03-20', NULL, '2026-11-22 16:10:14.416386+00');
INSERT INTO public.follow_up VALUES (1, 'R-019', 1, true, NULL, '2025-02-21', NULL, '2026-11-22 16:10:14.42618+00');
INSERT INTO public.follow_up VALUES (1, 'R-020', 1, true, '2026-11-01', NULL, NULL, '2026-11-22 16:10:14.435627+00');
INSERT INTO public.follow_up VALUES (1, 'R-021', 1, true, NULL, '2025-04-23', NULL, '2026-11-22 16:10:14.444973+00');
INSERT INTO public.follow_up VALUES (1, 'R-022', 1, true, NULL, '2024-05-24', NULL, '2026-11-22 16:10:14.455975+00');
INSERT INTO public.follow_up VALUES (1, 'R-023', 1, true, NULL, '2025-06-25', NULL, '2026-11-22 16:10:14.465184+00');
INSERT INTO public.follow_up VALUES (1, 'R-024', 1, true, '2026-11-05', NULL, NULL, '2026-11-22 16:10:14.47512+00');
INSERT INTO public.follow_up VALUES (1, 'R-025', 1, true, NULL, '2025-08-27', NULL, '2026-11-22 16:10:14.48503+00');
INSERT INTO public.follow_up VALUES (1, 'R-026', 1, true, NULL, '2024-09-28', NULL, '2026-11-22 16:10:14.494446+00');
INSERT INTO public.follow_up VALUES (1, 'R-027', 1, true, NULL, '2025-01-02', NULL, '2026-11-22 16:10:14.503912+00');
INSERT INTO public.follow_up VALUES (1, 'R-028', 1, true, '2026-11-09', NULL, NULL, '2026-11-22 16:10:14.514718+00');
INSERT INTO public.follow_up VALUES (1, 'R-029', 1, true, NULL, '2025-03-04', NULL, '2026-11-22 16:10:14.524936+00');
INSERT INTO public.follow_up VALUES (1, 'R-030', 1, true, NULL, '2024-04-05', NULL, '2026-11-22 16:10:14.53459+00');
INSERT INTO public.follow_up VALUES (1, 'R-031', 1, true, NULL, '2025-05-06', NULL, '2026-11-22 16:10:14.544061+00');
INSERT INTO public.follow_up VALUES (1, 'R-032', 1, true, '2026-11-13', NULL, NULL, '2026-11-22 16:10:14.553373+00');
INSERT INTO public.follow_up VALUES (1, 'R-033', 1, true, NULL, '2025-07-08', NULL, '2026-11-22 16:10:14.563019+00');
INSERT INTO public.follow_up VALUES (1, 'R-034', 1, true, NULL, '2024-08-09', NULL, '2026-11-22 16:10:14.572699+00');
INSERT INTO public.follow_up VALUES (1, 'R-035', 1, true, NULL, '2025-09-10', NULL, '2026-11-22 16:10:14.582758+00');
INSERT INTO public.follow_up VALUES (1, 'R-036', 1, true, '2026-11-17', NULL, NULL, '2026-11-22 16:10:14.592197+00');
INSERT INTO public.follow_up VALUES (1, 'R-037', 1, true, NULL, '2025-02-12', NULL, '2026-11-22 16:10:14.601493+00');
INSERT INTO public.follow_up VALUES (1, 'R-038', 1, true, NULL, '2024-03-13', NULL, '2026-11-22 16:10:14.611143+00');
INSERT INTO public.follow_up VALUES (1, 'R-039', 1, true, NULL, '2025-04-14', NULL, '2026-11-22 16:10:14.6208+00');
INSERT INTO public.follow_up VALUES (1, 'R-040', 1, true, '2026-11-01', NULL, NULL, '2026-11-22 16:10:14.630276+00');
INSERT INTO public.follow_up VALUES (1, 'R-041', 1, true, NULL, '2025-06-16', NULL, '2026-11-22 16:10:14.63955+00');
INSERT INTO public.follow_up VALUES (1, 'R-042', 1, true, NULL, '2024-07-17', NULL, '2026-11-22 16:10:14.648751+00');
INSERT INTO public.follow_up VALUES (1, 'R-043', 1, true, NULL, '2025-08-18', NULL, '2026-11-22 16:10:14.657856+00');
INSERT INTO public.follow_up VALUES (1, 'R-044', 1, true, '2026-11-05', NULL, NULL, '2026-11-22 16:10:14.675719+00');
INSERT INTO public.follow_up VALUES (1, 'R-045', 1, true, NULL, '2025-01-20', NULL, '2026-11-22 16:10:14.687943+00');
INSERT INTO public.follow_up VALUES (1, 'R-046', 1, true, NULL, '2024-02-21', NULL, '2026-11-22 16:10:14.700046+00');
INSERT INTO public.follow_up VALUES (1, 'R-047', 1, true, NULL, '2025-03-22', NULL, '2026-11-22 16:10:14.710136+00');
INSERT INTO public.follow_up VALUES (1, 'R-048', 1, true, '2026-11-09', NULL, NULL, '2026-11-22 16:10:14.721703+00');
INSERT INTO public.follow_up VALUES (1, 'R-049', 1, true, NULL, '2025-05-24', NULL, '2026-11-22 16:10:14.73377+00');
INSERT INTO public.follow_up VALUES (1, 'R-050', 1, true, NULL, '2024-06-25', NULL, '2026-11-22 16:10:14.74548+00');
INSERT INTO public.follow_up VALUES (1, 'R-051', 1, true, NULL, '2025-07-26', NULL, '2026-11-22 16:10:14.757272+00');
INSERT INTO public.follow_up VALUES (1, 'R-052', 1, true, '2026-11-13', NULL, NULL, '2026-11-22 16:10:14.76705+00');
INSERT INTO public.follow_up VALUES (1, 'R-053', 1, true, NULL, '2025-09-28', NULL, '2026-11-22 16:10:14.776073+00');
INSERT INTO public.follow_up VALUES (1, 'R-054', 1, true, NULL, '2024-03-02', NULL, '2026-11-22 16:10:14.785537+00');
INSERT INTO public.follow_up VALUES (1, 'R-055', 1, true, NULL, '2025-02-03', NULL, '2026-11-22 16:10:14.794968+00');
INSERT INTO public.follow_up VALUES (1, 'R-056', 1, true, '2026-11-17', NULL, NULL, '2026-11-22 16:10:14.804125+00');
INSERT INTO public.follow_up VALUES (1, 'R-057', 1, true, NULL, '2025-04-05', NULL, '2026-11-22 16:10:14.81331+00');
INSERT INTO public.follow_up VALUES (1, 'R-058', 1, true, NULL, '2024-05-06', NULL, '2026-11-22 16:10:14.822644+00');
INSERT INTO public.follow_up VALUES (1, 'R-059', 1, true, NULL, '2025-06-07', NULL, '2026-11-22 16:10:14.832101+00');
INSERT INTO public.follow_up VALUES (1, 'R-060', 1, true, '2026-11-01', NULL, NULL, '2026-11-22 16:10:14.841011+00');
INSERT INTO public.follow_up VALUES (1, 'R-061', 1, true, NULL, '2025-08-09', NULL, '2026-11-22 16:10:14.850325+00');
INSERT INTO public.follow_up VALUES (1, 'R-062', 1, true, NULL, '2024-09-10', NULL, '2026-11-22 16:10:14.859621+00');
INSERT INTO public.follow_up VALUES (1, 'R-063', 1, true, NULL, '2025-01-11', NULL, '2026-11-22 16:10:14.868802+00');
INSERT INTO public.follow_up VALUES (1, 'R-064', 1, true, '2026-11-05', NULL, NULL, '2026-11-22 16:10:14.87838+00');
INSERT INTO public.follow_up VALUES (1, 'R-065', 1, true, NULL, '2025-03-13', NULL, '2026-11-22 16:10:14.887648+00');
INSERT INTO public.follow_up VALUES (1, 'R-066', 1, true, NULL, '2024-04-14', NULL, '2026-11-22 16:10:14.896707+00');
INSERT INTO public.follow_up VALUES (1, 'R-067', 1, true, NULL, '2025-05-15', NULL, '2026-11-22 16:10:14.905777+00');
INSERT INTO public.follow_up VALUES (1, 'R-068', 1, true, '2026-11-09', NULL, NULL, '2026-11-22 16:10:14.914876+00');
INSERT INTO public.follow_up VALUES (1, 'R-069', 1, true, NULL, '2025-07-17', NULL, '2026-11-22 16:10:14.924394+00');
INSERT INTO public.follow_up VALUES (1, 'R-070', 1, true, NULL, '2024-08-18', NULL, '2026-11-22 16:10:14.934141+00');
INSERT INTO public.follow_up VALUES (1, 'R-071', 1, true, NULL, '2025-09-19', NULL, '2026-11-22 16:10:14.943397+00');
INSERT INTO public.follow_up VALUES (1, 'R-072', 1, true, '2026-11-13', NULL, NULL, '2026-11-22 16:10:14.952291+00');
INSERT INTO public.follow_up VALUES (1, 'R-073', 1, true, NULL, '2025-02-21', NULL, '2026-11-22 16:10:14.961266+00');
INSERT INTO public.follow_up VALUES (1, 'R-074', 1, true, NULL, '2024-03-22', NULL, '2026-11-22 16:10:14.972706+00');
INSERT INTO public.follow_up VALUES (1, 'R-075', 1, true, NULL, '2025-04-23', NULL, '2026-11-22 16:10:14.982513+00');
INSERT INTO public.follow_up VALUES (1, 'R-076', 1, true, '2026-11-17', NULL, NULL, '2026-11-22 16:10:14.991536+00');
INSERT INTO public.follow_up VALUES (1, 'R-077', 1, true, NULL, '2025-06-25', NULL, '2026-11-22 16:10:15.000237+00');
INSERT INTO public.follow_up VALUES (1, 'R-078', 1, true, NULL, '2024-07-26', NULL, '2026-11-22 16:10:15.009052+00');
INSERT INTO public.follow_up VALUES (1, 'R-079', 1, true, NULL, '2025-08-27', NULL, '2026-11-22 16:10:15.017979+00');
INSERT INTO public.follow_up VALUES (1, 'R-080', 1, true, '2026-11-01', NULL, NULL, '2026-11-22 16:10:15.027661+00');
INSERT INTO public.follow_up VALUES (1, 'R-081', 1, true, NULL, '2025-01-02', NULL, '2026-11-22 16:10:15.036376+00');
INSERT INTO public.follow_up VALUES (1, 'R-082', 1, true, NULL, '2024-02-03', NULL, '2026-11-22 16:10:15.045093+00');
INSERT INTO public.follow_up VALUES (1, 'R-083', 1, true, NULL, '2025-03-04', NULL, '2026-11-22 16:10:15.053966+00');
INSERT INTO public.follow_up VALUES (1, 'R-084', 1, true, '2026-11-05', NULL, NULL, '2026-11-22 16:10:15.063197+00');
INSERT INTO public.follow_up VALUES (1, 'R-085', 1, true, NULL, '2025-05-06', NULL, '2026-11-22 16:10:15.072606+00');
INSERT INTO public.follow_up VALUES (1, 'R-086', 1, true, NULL, '2024-06-07', NULL, '2026-11-22 16:10:15.081627+00');
INSERT INTO public.follow_up VALUES (1, 'R-087', 1, true, NULL, '2025-07-08', NULL, '2026-11-22 16:10:15.090902+00');
INSERT INTO public.follow_up VALUES (1, 'R-088', 1, true, '2026-11-09', NULL, NULL, '2026-11-22 16:10:15.099782+00');
INSERT INTO public.follow_up VALUES (1, 'R-089', 1, true, NULL, '2025-09-10', NULL, '2026-11-22 16:10:15.108487+00');


--
-- Data for Name: idempotency_record; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: model; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.model VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'overall_survival', 'metastatic', 'current', '2026-11-22 16:10:16.468071+00', '[{"gate": "events", "value": 67, "limit": 100, "verdict": "qualified"}, {"gate": "convergence", "value": 0.12032779135961949, "limit": 10, "verdict": "passed"}, {"gate": "follow-up-lag", "value": 0.0, "limit": 0.1, "verdict": "passed"}]', NULL, 1, '{"clock":"draw","data_cutoff":"2026-11-22","endpoint":"overall_survival","fit":{"baselines":[{"cumulative_hazard":[0.01109880929760952,0.022322997926406796,0.033688461387576064,0.04517995051831886,0.06859546983528882,0.08052269211590524,0.09258824134044179,0.10479977390547446,0.1171642058314108,0.12967719772743191,0.14234175452916156,0.15516429092360418,0.16817402929708475,0.18134955697174668,0.19470419668932637,0.20823955259585786,0.22196644306874458,0.23587862111665328,0.24997906488062116,0.26427813042028425,0.27877565230888113,0.2934813184521625,0.30840315356960396,0.3235454232169838,0.3389119619709904,0.35450899993263274,0.3703430538487684,0.4028152114042083,0.4194789358411788,0.4364402473386638,0.4536819366475903,0.47126380916582566,0.5073848509245751,0.5259314963618982,0.5640846149345086,0.583734020160072,0.6241963555067791,0.6450401323372671,0.6880325774668771,0.7102161786459968,0.7329095715859922,0.7798908098958357,0.8042389411810948,0.8547989709949928,0.8810762807428811,0.9358022143675718,0.9643227908428671,0.9937384532020019,1.0554934521961923,1.0878452191605748,1.1560553222060053,1.19199263922773,1.2678163653267207,1.3079202356731752,1.3496252796855712],"days":[7.0,32.0,33.0,35.0,61.0,62.0,63.0,93.0,94.0,122.0,124.0,153.0,154.0,156.0,183.0,184.0,185.0,215.0,216.0,245.0,247.0,340.0,342.0,367.0,368.0,369.0,372.0,398.0,399.0,400.0,401.0,426.0,427.0,428.0,457.0,458.0,459.0,487.0,488.0,489.0,490.0,518.0,519.0,520.0,548.0,549.0,550.0,551.0,579.0,580.0,581.0,610.0,611.0,612.0,613.0],"drift":[[-0.00054079350865824],[-0.0010761312424131394],[-0.0013075415729856155],[-0.0016430380496063371],[-0.0016910945173550548],[-0.0014750669420483151],[-0.0013743736102299986],[-0.00130092542495158],[-0.0011832901542811612],[-0.0011955605582584308],[-0.0013567815653016775],[-0.0016178636023907141],[-0.0014104464471190478],[-0.0013194487152744113],[-0.0011557386889802864],[-0.0009885291463572986],[-0.000688113019205452],[-0.0005029109298798529],[-0.0004832762126667567],[-0.0005287784957214599],[-0.0007663418999109101],[-0.0011208738361344265],[-0.0015574464461245016],[-0.0021272388555110488],[-0.002896345688090989],[-0.003887252541276236],[-0.00512365001838803],[-0.007003398050027254],[-0.00743583546142847],[-0.00754437503935868],[-0.007917637886262903],[-0.007436088970774778],[-0.006373619201338847],[-0.006139117999633199],[-0.005743094641680429],[-0.005243343440471159],[-0.004913115015580708],[-0.005129305395319756],[-0.006562023587811421],[-0.007883502189462802],[-0.009123800927081135],[-0.012028140209567932],[-0.013520101877615584],[-0.01651027368907147],[-0.017989382993788196],[-0.021090080229093564],[-0.022936496039543487],[-0.023600380795082983],[-0.020611370945956598],[-0.019343406387451953],[-0.012294548398097415],[-0.008284937914973835],[-0.003043829606719935],[-0.0017891160351376813],[-0.0020110719331981122]],"exit_days":[7.0,32.0,33.0,35.0,61.0,62.0,63.0,93.0,94.0,122.0,124.0,153.0,154.0,156.0,183.0,184.0,185.0,215.0,216.0,245.0,247.0,340.0,342.0,367.0,368.0,369.0,372.0,398.0,399.0,400.0,401.0,426.0,427.0,428.0,457.0,458.0,459.0,487.0,488.0,489.0,490.0,518.0,519.0,520.0,548.0,549.0,550.0,551.0,579.0,580.0,581.0,610.0,611.0,612.0,613.0,1011.0,1015.0,1023.0,1031.0,1035.0,1039.0,1043.0,1051.0],"remaining":[90,89,88,87,86,84,83,82,81,80,79,78,77,76,75,74,73,72,71,70,69,68,67,66,65,64,63,62,60,59,58,57,56,54,53,51,50,48,47,45,44,43,41,40,38,37,35,34,33,31,30,28,27,25,24,23,22,20,16,11,6,4,1],"stratum":null,"variance":[0.00012318356782470353,0.0002491659781995256,0.00037833973788669933,0.0005103940603286791,0.0007845476871951337,0.0009268063185263664,0.0010723837966160811,0.0012215053242029346,0.0013743845010540485,0.0015309594672439383,0.0016913504662281749,0.00185576790581498,0.002025021198361393,0.0021986157278671755,0.0023769621298535323,0.002560167989370009,0.002748595511424637,0.0029421442094613496,0.0031409667238021704,0.0033454299991097507,0.0035556081400200954,0.0037718647567377486,0.003994525920009857,0.0042238142500838185,0.004459944763362205,0.004703212356539118,0.004953929619958209,0.005481188925016521,0.00575886863712781,0.006046554724842529,0.00634383057506808,0.006652952816315559,0.007305367727715069,0.0076493457846928455,0.008377245181699147,0.008763344307417549,0.009582023667922141,0.01001648670048133,0.010940761124528664,0.011432873285802907,0.011947863368931938,0.01305163500367814,0.013644466500762356,0.014922831048161934,0.0156133280557484,0.01711106846717819,0.017924491749661355,0.018789772941687977,0.020697057171884567,0.021743693997602283,0.024070682308451545,0.0253621730631715,0.02823775712091725,0.029846077537682484,0.03158538823375838]}],"coefficients":[-0.045984444105887805],"concordance":0.5084224598930481,"concordance_se":0.03904939965540311,"covariance":[[0.014478777373484119]],"covariates":["log1p_ctc"],"deviations":[1.0177693921996653],"events":67,"log_likelihood":-266.47474130826,"log_likelihood_null":-266.54596405244496,"maxima":[4.574710978503383],"means":[3.6056704196318465],"minima":[0.0],"patients":90,"penalizer":0.0,"strata":[]},"format":1,"left_out":{},"line_start_unknown":0,"median_follow_up_months":33.87268993839836,"organisation":"hospital-a","provenance":{"seed":0,"software":{"lifelines":"0.30.3","numpy":"2.4.6","pandas":"2.3.3","python":"3.11.7","scipy":"1.17.1"},"training_fingerprint":"sha256:6c7eb697c5a64b5d4952652a185d71de6f78d3bc140b383ec8a624800861588b"},"setting":"metastatic","similar":[{"events":0,"group":"0","km_12_months":null,"line":null,"patients":1,"scheme":"mdacc-2003"},{"events":0,"group":"0","km_12_months":null,"line":1,"patients":1,"scheme":"mdacc-2003"},{"events":5,"group":"1-3","km_12_months":null,"line":null,"patients":5,"scheme":"mdacc-2003"},{"events":1,"group":"1-3","km_12_months":null,"line":1,"patients":1,"scheme":"mdacc-2003"},{"events":2,"group":"1-3","km_12_months":null,"line":2,"patients":2,"scheme":"mdacc-2003"},{"events":2,"group":"1-3","km_12_months":null,"line":3,"patients":2,"scheme":"mdacc-2003"},{"events":30,"group":"4-50","km_12_months":0.7249999999999999,"line":null,"patients":40,"scheme":"mdacc-2003"},{"events":11,"group":"4-50","km_12_months":0.6000000000000001,"line":1,"patients":15,"scheme":"mdacc-2003"},{"events":11,"group":"4-50","km_12_months":0.8666666666666667,"line":2,"patients":15,"scheme":"mdacc-2003"},{"events":8,"group":"4-50","km_12_months":0.7,"line":3,"patients":10,"scheme":"mdacc-2003"},{"events":32,"group":">50","km_12_months":0.7500000000000001,"line":null,"patients":44,"scheme":"mdacc-2003"},{"events":10,"group":">50","km_12_months":0.7692307692307692,"line":1,"patients":13,"scheme":"mdacc-2003"},{"events":9,"group":">50","km_12_months":0.6923076923076923,"line":2,"patients":13,"scheme":"mdacc-2003"},{"events":13,"group":">50","km_12_months":0.7777777777777777,"line":3,"patients":18,"scheme":"mdacc-2003"},{"events":6,"group":"<5","km_12_months":null,"line":null,"patients":7,"scheme":"cellsearch-5"},{"events":1,"group":"<5","km_12_months":null,"line":1,"patients":2,"scheme":"cellsearch-5"},{"events":2,"group":"<5","km_12_months":null,"line":2,"patients":2,"scheme":"cellsearch-5"},{"events":3,"group":"<5","km_12_months":null,"line":3,"patients":3,"scheme":"cellsearch-5"},{"events":61,"group":">=5","km_12_months":0.7469879518072293,"line":null,"patients":83,"scheme":"cellsearch-5"},{"events":21,"group":">=5","km_12_months":0.6785714285714286,"line":1,"patients":28,"scheme":"cellsearch-5"},{"events":20,"group":">=5","km_12_months":0.7857142857142858,"line":2,"patients":28,"scheme":"cellsearch-5"},{"events":20,"group":">=5","km_12_months":0.777777777777778,"line":3,"patients":27,"scheme":"cellsearch-5"},{"events":6,"group":"<5","km_12_months":null,"line":null,"patients":7,"scheme":"stage-iv-2019"},{"events":1,"group":"<5","km_12_months":null,"line":1,"patients":2,"scheme":"stage-iv-2019"},{"events":2,"group":"<5","km_12_months":null,"line":2,"patients":2,"scheme":"stage-iv-2019"},{"events":3,"group":"<5","km_12_months":null,"line":3,"patients":3,"scheme":"stage-iv-2019"},{"events":61,"group":">=5","km_12_months":0.7469879518072293,"line":null,"patients":83,"scheme":"stage-iv-2019"},{"events":21,"group":">=5","km_12_months":0.6785714285714286,"line":1,"patients":28,"scheme":"stage-iv-2019"},{"events":20,"group":">=5","km_12_months":0.7857142857142858,"line":2,"patients":28,"scheme":"stage-iv-2019"},{"events":20,"group":">=5","km_12_months":0.777777777777778,"line":3,"patients":27,"scheme":"stage-iv-2019"},{"events":0,"group":"0","km_12_months":null,"line":null,"patients":1,"scheme":"any-ctc"},{"events":0,"group":"0","km_12_months":null,"line":1,"patients":1,"scheme":"any-ctc"},{"events":67,"group":">=1","km_12_months":0.7303370786516855,"line":null,"patients":89,"scheme":"any-ctc"},{"events":22,"group":">=1","km_12_months":0.6896551724137933,"line":1,"patients":29,"scheme":"any-ctc"},{"events":22,"group":">=1","km_12_months":0.7666666666666667,"line":2,"patients":30,"scheme":"any-ctc"},{"events":23,"group":">=1","km_12_months":0.7333333333333334,"line":3,"patients":30,"scheme":"any-ctc"},{"events":0,"group":"0","km_12_months":null,"line":null,"patients":1,"scheme":"dose-nact"},{"events":0,"group":"0","km_12_months":null,"line":1,"patients":1,"scheme":"dose-nact"},{"events":1,"group":"1","km_12_months":null,"line":null,"patients":1,"scheme":"dose-nact"},{"events":1,"group":"1","km_12_months":null,"line":2,"patients":1,"scheme":"dose-nact"},{"events":2,"group":"2","km_12_months":null,"line":null,"patients":2,"scheme":"dose-nact"},{"events":2,"group":"2","km_12_months":null,"line":3,"patients":2,"scheme":"dose-nact"},{"events":3,"group":"3-4","km_12_months":null,"line":null,"patients":3,"scheme":"dose-nact"},{"events":1,"group":"3-4","km_12_months":null,"line":1,"patients":1,"scheme":"dose-nact"},{"events":1,"group":"3-4","km_12_months":null,"line":2,"patients":1,"scheme":"dose-nact"},{"events":1,"group":"3-4","km_12_months":null,"line":3,"patients":1,"scheme":"dose-nact"},{"events":61,"group":">=5","km_12_months":0.7469879518072293,"line":null,"patients":83,"scheme":"dose-nact"},{"events":21,"group":">=5","km_12_months":0.6785714285714286,"line":1,"patients":28,"scheme":"dose-nact"},{"events":20,"group":">=5","km_12_months":0.7857142857142858,"line":2,"patients":28,"scheme":"dose-nact"},{"events":20,"group":">=5","km_12_months":0.777777777777778,"line":3,"patients":27,"scheme":"dose-nact"}],"specification":{"covariates":["log1p_ctc"],"passed_over":{"ecog":"missing in 90 of 90 rows","er_positive":"missing in 30 of 90 rows","her2_positive":"missing in 90 of 90 rows","pr_positive":"missing in 90 of 90 rows","visceral_metastasis":"missing in 90 of 90 rows"},"penalizer":0.0,"rung":"auto-1","strata":[],"ties":"efron"},"submodels":[],"top_decile":{"events":7,"group":">=91","km_12_months":0.7999999999999999,"line":null,"patients":10,"scheme":"top-decile"}}');


--
-- Data for Name: model_row; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-000', 'R-000', '{"clock_start": "2024-01-01", "days": 1035.0, "event": false, "values": [{"covariate": "log1p_ctc", "value": 0.0, "observed_on": "2024-01-01", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-001', 'R-001', '{"clock_start": "2024-01-02", "days": 398.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 0.6931471805599453, "observed_on": "2024-01-02", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-002', 'R-002', '{"clock_start": "2024-01-03", "days": 61.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 1.6094379124341003, "observed_on": "2024-01-03", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-004', 'R-004', '{"clock_start": "2024-01-05", "days": 1035.0, "event": false, "values": [{"covariate": "log1p_ctc", "value": 2.833213344056216, "observed_on": "2024-01-05", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-005', 'R-005', '{"clock_start": "2024-01-06", "days": 518.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 3.258096538021482, "observed_on": "2024-01-06", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-006', 'R-006', '{"clock_start": "2024-01-07", "days": 183.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 3.6109179126442243, "observed_on": "2024-01-07", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-007', 'R-007', '{"clock_start": "2024-01-08", "days": 579.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 3.912023005428146, "observed_on": "2024-01-08", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-008', 'R-008', '{"clock_start": "2024-01-09", "days": 1035.0, "event": false, "values": [{"covariate": "log1p_ctc", "value": 4.174387269895637, "observed_on": "2024-01-09", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-009', 'R-009', '{"clock_start": "2024-01-10", "days": 367.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 4.406719247264253, "observed_on": "2024-01-10", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-010', 'R-010', '{"clock_start": "2024-01-11", "days": 32.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 1.3862943611198906, "observed_on": "2024-01-11", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-011', 'R-011', '{"clock_start": "2024-01-12", "days": 426.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 3.2188758248682006, "observed_on": "2024-01-12", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-012', 'R-012', '{"clock_start": "2024-01-13", "days": 1035.0, "event": false, "values": [{"covariate": "log1p_ctc", "value": 3.8712010109078907, "observed_on": "2024-01-13", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-013', 'R-013', '{"clock_start": "2024-01-14", "days": 487.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 4.290459441148391, "observed_on": "2024-01-14", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-014', 'R-014', '{"clock_start": "2024-01-15", "days": 153.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 1.0986122886681096, "observed_on": "2024-01-15", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-015', 'R-015', '{"clock_start": "2024-01-16", "days": 548.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 3.4657359027997265, "observed_on": "2024-01-16", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-016', 'R-016', '{"clock_start": "2024-01-17", "days": 1035.0, "event": false, "values": [{"covariate": "log1p_ctc", "value": 4.143134726391533, "observed_on": "2024-01-17", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-017', 'R-017', '{"clock_start": "2024-01-18", "days": 610.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 4.564348191467836, "observed_on": "2024-01-18", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-018', 'R-018', '{"clock_start": "2024-01-19", "days": 61.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 3.5263605246161616, "observed_on": "2024-01-19", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-019', 'R-019', '{"clock_start": "2024-01-20", "days": 398.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 4.2626798770413155, "observed_on": "2024-01-20", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-020', 'R-020', '{"clock_start": "2024-01-21", "days": 1015.0, "event": false, "values": [{"covariate": "log1p_ctc", "value": 2.5649493574615367, "observed_on": "2024-01-21", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-021', 'R-021', '{"clock_start": "2024-01-22", "days": 457.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 3.9889840465642745, "observed_on": "2024-01-22", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-022', 'R-022', '{"clock_start": "2024-01-23", "days": 122.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 4.574710978503383, "observed_on": "2024-01-23", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-023', 'R-023', '{"clock_start": "2024-01-24", "days": 518.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 3.8066624897703196, "observed_on": "2024-01-24", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-024', 'R-024', '{"clock_start": "2024-01-25", "days": 1015.0, "event": false, "values": [{"covariate": "log1p_ctc", "value": 4.5217885770490405, "observed_on": "2024-01-25", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-025', 'R-025', '{"clock_start": "2024-01-26", "days": 579.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 3.784189633918261, "observed_on": "2024-01-26", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-026', 'R-026', '{"clock_start": "2024-01-27", "days": 245.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 4.553876891600541, "observed_on": "2024-01-27", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-027', 'R-027', '{"clock_start": "2024-01-28", "days": 340.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 3.9318256327243257, "observed_on": "2024-01-28", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-028', 'R-028', '{"clock_start": "2024-01-01", "days": 1043.0, "event": false, "values": [{"covariate": "log1p_ctc", "value": 2.1972245773362196, "observed_on": "2024-01-01", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-029', 'R-029', '{"clock_start": "2024-01-02", "days": 427.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 4.189654742026425, "observed_on": "2024-01-02", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-030', 'R-030', '{"clock_start": "2024-01-03", "days": 93.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 3.332204510175204, "observed_on": "2024-01-03", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-031', 'R-031', '{"clock_start": "2024-01-04", "days": 488.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 4.48863636973214, "observed_on": "2024-01-04", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-032', 'R-032', '{"clock_start": "2024-01-05", "days": 1043.0, "event": false, "values": [{"covariate": "log1p_ctc", "value": 4.007333185232471, "observed_on": "2024-01-05", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-033', 'R-033', '{"clock_start": "2024-01-06", "days": 549.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 3.1354942159291497, "observed_on": "2024-01-06", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-034', 'R-034', '{"clock_start": "2024-01-07", "days": 215.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 4.499809670330265, "observed_on": "2024-01-07", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-035', 'R-035', '{"clock_start": "2024-01-08", "days": 611.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 4.127134385045092, "observed_on": "2024-01-08", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-036', 'R-036', '{"clock_start": "2024-01-09", "days": 1043.0, "event": false, "values": [{"covariate": "log1p_ctc", "value": 3.58351893845611, "observed_on": "2024-01-09", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-037', 'R-037', '{"clock_start": "2024-01-10", "days": 399.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 2.4849066497880004, "observed_on": "2024-01-10", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-038', 'R-038', '{"clock_start": "2024-01-11", "days": 62.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 4.465908118654584, "observed_on": "2024-01-11", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-039', 'R-039', '{"clock_start": "2024-01-12", "days": 458.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 4.204692619390966, "observed_on": "2024-01-12", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-040', 'R-040', '{"clock_start": "2024-01-13", "days": 1023.0, "event": false, "values": [{"covariate": "log1p_ctc", "value": 3.8918202981106265, "observed_on": "2024-01-13", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-041', 'R-041', '{"clock_start": "2024-01-14", "days": 519.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 3.4965075614664802, "observed_on": "2024-01-14", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-042', 'R-042', '{"clock_start": "2024-01-15", "days": 184.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 2.9444389791664403, "observed_on": "2024-01-15", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-043', 'R-043', '{"clock_start": "2024-01-16", "days": 580.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 1.9459101490553132, "observed_on": "2024-01-16", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-044', 'R-044', '{"clock_start": "2024-01-17", "days": 1023.0, "event": false, "values": [{"covariate": "log1p_ctc", "value": 4.543294782270004, "observed_on": "2024-01-17", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-045', 'R-045', '{"clock_start": "2024-01-18", "days": 368.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 4.454347296253507, "observed_on": "2024-01-18", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-046', 'R-046', '{"clock_start": "2024-01-19", "days": 33.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 4.382026634673881, "observed_on": "2024-01-19", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-047', 'R-047', '{"clock_start": "2024-01-20", "days": 427.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 4.330733340286331, "observed_on": "2024-01-20", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-048', 'R-048', '{"clock_start": "2024-01-21", "days": 1023.0, "event": false, "values": [{"covariate": "log1p_ctc", "value": 4.304065093204169, "observed_on": "2024-01-21", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-049', 'R-049', '{"clock_start": "2024-01-22", "days": 488.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 4.304065093204169, "observed_on": "2024-01-22", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-050', 'R-050', '{"clock_start": "2024-01-23", "days": 154.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 4.330733340286331, "observed_on": "2024-01-23", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-051', 'R-051', '{"clock_start": "2024-01-24", "days": 549.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 4.382026634673881, "observed_on": "2024-01-24", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-052', 'R-052', '{"clock_start": "2024-01-25", "days": 1023.0, "event": false, "values": [{"covariate": "log1p_ctc", "value": 4.454347296253507, "observed_on": "2024-01-25", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-053', 'R-053', '{"clock_start": "2024-01-26", "days": 611.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 4.543294782270004, "observed_on": "2024-01-26", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-054', 'R-054', '{"clock_start": "2024-01-27", "days": 35.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 1.9459101490553132, "observed_on": "2024-01-27", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-055', 'R-055', '{"clock_start": "2024-01-28", "days": 372.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 2.9444389791664403, "observed_on": "2024-01-28", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-056', 'R-056', '{"clock_start": "2024-01-01", "days": 1051.0, "event": false, "values": [{"covariate": "log1p_ctc", "value": 3.4965075614664802, "observed_on": "2024-01-01", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-057', 'R-057', '{"clock_start": "2024-01-02", "days": 459.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 3.8918202981106265, "observed_on": "2024-01-02", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-058', 'R-058', '{"clock_start": "2024-01-03", "days": 124.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 4.204692619390966, "observed_on": "2024-01-03", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-059', 'R-059', '{"clock_start": "2024-01-04", "days": 520.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 4.465908118654584, "observed_on": "2024-01-04", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-060', 'R-060', '{"clock_start": "2024-01-05", "days": 1031.0, "event": false, "values": [{"covariate": "log1p_ctc", "value": 2.4849066497880004, "observed_on": "2024-01-05", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-061', 'R-061', '{"clock_start": "2024-01-06", "days": 581.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 3.58351893845611, "observed_on": "2024-01-06", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-062', 'R-062', '{"clock_start": "2024-01-07", "days": 247.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 4.127134385045092, "observed_on": "2024-01-07", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-063', 'R-063', '{"clock_start": "2024-01-08", "days": 369.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 4.499809670330265, "observed_on": "2024-01-08", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-064', 'R-064', '{"clock_start": "2024-01-09", "days": 1031.0, "event": false, "values": [{"covariate": "log1p_ctc", "value": 3.1354942159291497, "observed_on": "2024-01-09", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-065', 'R-065', '{"clock_start": "2024-01-10", "days": 428.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 4.007333185232471, "observed_on": "2024-01-10", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-066', 'R-066', '{"clock_start": "2024-01-11", "days": 94.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 4.48863636973214, "observed_on": "2024-01-11", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-067', 'R-067', '{"clock_start": "2024-01-12", "days": 489.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 3.332204510175204, "observed_on": "2024-01-12", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-068', 'R-068', '{"clock_start": "2024-01-13", "days": 1031.0, "event": false, "values": [{"covariate": "log1p_ctc", "value": 4.189654742026425, "observed_on": "2024-01-13", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-069', 'R-069', '{"clock_start": "2024-01-14", "days": 550.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 2.1972245773362196, "observed_on": "2024-01-14", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-070', 'R-070', '{"clock_start": "2024-01-15", "days": 216.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 3.9318256327243257, "observed_on": "2024-01-15", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-071', 'R-071', '{"clock_start": "2024-01-16", "days": 612.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 4.553876891600541, "observed_on": "2024-01-16", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-072', 'R-072', '{"clock_start": "2024-01-17", "days": 1031.0, "event": false, "values": [{"covariate": "log1p_ctc", "value": 3.784189633918261, "observed_on": "2024-01-17", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-073', 'R-073', '{"clock_start": "2024-01-18", "days": 400.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 4.5217885770490405, "observed_on": "2024-01-18", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-074', 'R-074', '{"clock_start": "2024-01-19", "days": 63.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 3.8066624897703196, "observed_on": "2024-01-19", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-075', 'R-075', '{"clock_start": "2024-01-20", "days": 459.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 4.574710978503383, "observed_on": "2024-01-20", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-076', 'R-076', '{"clock_start": "2024-01-21", "days": 1031.0, "event": false, "values": [{"covariate": "log1p_ctc", "value": 3.9889840465642745, "observed_on": "2024-01-21", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-077', 'R-077', '{"clock_start": "2024-01-22", "days": 520.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 2.5649493574615367, "observed_on": "2024-01-22", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-078', 'R-078', '{"clock_start": "2024-01-23", "days": 185.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 4.2626798770413155, "observed_on": "2024-01-23", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-079', 'R-079', '{"clock_start": "2024-01-24", "days": 581.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 3.5263605246161616, "observed_on": "2024-01-24", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-080', 'R-080', '{"clock_start": "2024-01-25", "days": 1011.0, "event": false, "values": [{"covariate": "log1p_ctc", "value": 4.564348191467836, "observed_on": "2024-01-25", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-081', 'R-081', '{"clock_start": "2024-01-26", "days": 342.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 4.143134726391533, "observed_on": "2024-01-26", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-082', 'R-082', '{"clock_start": "2024-01-27", "days": 7.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 3.4657359027997265, "observed_on": "2024-01-27", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-083', 'R-083', '{"clock_start": "2024-01-28", "days": 401.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 1.0986122886681096, "observed_on": "2024-01-28", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-084', 'R-084', '{"clock_start": "2024-01-01", "days": 1039.0, "event": false, "values": [{"covariate": "log1p_ctc", "value": 4.290459441148391, "observed_on": "2024-01-01", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-085', 'R-085', '{"clock_start": "2024-01-02", "days": 490.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 3.8712010109078907, "observed_on": "2024-01-02", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-086', 'R-086', '{"clock_start": "2024-01-03", "days": 156.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 3.2188758248682006, "observed_on": "2024-01-03", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-087', 'R-087', '{"clock_start": "2024-01-04", "days": 551.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 1.3862943611198906, "observed_on": "2024-01-04", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-088', 'R-088', '{"clock_start": "2024-01-05", "days": 1039.0, "event": false, "values": [{"covariate": "log1p_ctc", "value": 4.406719247264253, "observed_on": "2024-01-05", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-089', 'R-089', '{"clock_start": "2024-01-06", "days": 613.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 4.174387269895637, "observed_on": "2024-01-06", "basis": "draw"}]}', false);
INSERT INTO public.model_row VALUES (1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', 'R-003', 'R-003', '{"clock_start": "2024-01-04", "days": 457.0, "event": true, "values": [{"covariate": "log1p_ctc", "value": 2.302585092994046, "observed_on": "2024-01-04", "basis": "draw"}]}', true);


--
-- Data for Name: observation; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.observation VALUES (1, 'R-000', 1, '2024-01-01', '{"birth_year": 1940, "er_status": "positive", "line_of_therapy": 1, "line_started_on": "2024-01-01", "nodes": 0.0}', '2026-11-22 16:10:14.182625+00');
INSERT INTO public.observation VALUES (1, 'R-001', 1, '2024-01-02', '{"birth_year": 1941, "er_status": "negative", "line_of_therapy": 2, "line_started_on": "2024-01-02", "nodes": 1.0}', '2026-11-22 16:10:14.202707+00');
INSERT INTO public.observation VALUES (1, 'R-002', 1, '2024-01-03', '{"birth_year": 1942, "er_status": "unknown", "line_of_therapy": 3, "line_started_on": "2024-01-03", "nodes": 2.0}', '2026-11-22 16:10:14.215411+00');
INSERT INTO public.observation VALUES (1, 'R-003', 1, '2024-01-04', '{"birth_year": 1943, "er_status": "positive", "line_of_therapy": 1, "line_started_on": "2024-01-04", "nodes": 3.0}', '2026-11-22 16:10:14.227545+00');
INSERT INTO public.observation VALUES (1, 'R-004', 1, '2024-01-05', '{"birth_year": 1944, "er_status": "negative", "line_of_therapy": 2, "line_started_on": "2024-01-05", "nodes": 4.0}', '2026-11-22 16:10:14.241751+00');
INSERT INTO public.observation VALUES (1, 'R-005', 1, '2024-01-06', '{"birth_year": 1945, "er_status": "unknown", "line_of_therapy": 3, "line_started_on": "2024-01-06", "nodes": 5.0}', '2026-11-22 16:10:14.263759+00');
INSERT INTO public.observation VALUES (1, 'R-006', 1, '2024-01-07', '{"birth_year": 1946, "er_status": "positive", "line_of_therapy": 1, "line_started_on": "2024-01-07", "nodes": 6.0}', '2026-11-22 16:10:14.279432+00');
INSERT INTO public.observation VALUES (1, 'R-007', 1, '2024-01-08', '{"birth_year": 1947, "er_status": "negative", "line_of_therapy": 2, "line_started_on": "2024-01-08", "nodes": 7.0}', '2026-11-22 16:10:14.293692+00');
INSERT INTO public.observation VALUES (1, 'R-008', 1, '2024-01-09', '{"birth_year": 1948, "er_status": "unknown", "line_of_therapy": 3, "line_started_on": "2024-01-09", "nodes": 8.0}', '2026-11-22 16:10:14.305004+00');
INSERT INTO public.observation VALUES (1, 'R-009', 1, '2024-01-10', '{"birth_year": 1949, "er_status": "positive", "line_of_therapy": 1, "line_started_on": "2024-01-10", "nodes": 9.0}', '2026-11-22 16:10:14.317344+00');
INSERT INTO public.observation VALUES (1, 'R-010', 1, '2024-01-11', '{"birth_year": 1950, "er_status": "negative", "line_of_therapy": 2, "line_started_on": "2024-01-11", "nodes": 10.0}', '2026-11-22 16:10:14.327735+00');
INSERT INTO public.observation VALUES (1, 'R-011', 1, '2024-01-12', '{"birth_year": 1951, "er_status": "unknown", "line_of_therapy": 3, "line_started_on": "2024-01-12", "nodes": 11.0}', '2026-11-22 16:10:14.337795+00');
INSERT INTO public.observation VALUES (1, 'R-012', 1, '2024-01-13', '{"birth_year": 1952, "er_status": "positive", "line_of_therapy": 1, "line_started_on": "2024-01-13", "nodes": 0.0}', '2026-11-22 16:10:14.347246+00');
INSERT INTO public.observation VALUES (1, 'R-013', 1, '2024-01-14', '{"birth_year": 1953, "er_status": "negative", "line_of_therapy": 2, "line_started_on": "2024-01-14", "nodes": 1.0}', '2026-11-22 16:10:14.356746+00');
INSERT INTO public.observation VALUES (1, 'R-014', 1, '2024-01-15', '{"birth_year": 1954, "er_status": "unknown", "line_of_therapy": 3, "line_started_on": "2024-01-15", "nodes": 2.0}', '2026-11-22 16:10:14.36656+00');
INSERT INTO public.observation VALUES (1, 'R-015', 1, '2024-01-16', '{"birth_year": 1955, "er_status": "positive", "line_of_therapy": 1, "line_started_on": "2024-01-16", "nodes": 3.0}', '2026-11-22 16:10:14.376975+00');
INSERT INTO public.observation VALUES (1, 'R-016', 1, '2024-01-17', '{"birth_year": 1956, "er_status": "negative", "line_of_therapy": 2, "line_started_on": "2024-01-17", "nodes": 4.0}', '2026-11-22 16:10:14.389257+00');
INSERT INTO public.observation VALUES (1, 'R-017', 1, '2024-01-18', '{"birth_year": 1957, "er_status": "unknown", "line_of_therapy": 3, "line_started_on": "2024-01-18", "nodes": 5.0}', '2026-11-22 16:10:14.401455+00');
INSERT INTO public.observation VALUES (1, 'R-018', 1, '2024-01-19', '{"birth_year": 1958, "er_status": "positive", "line_of_therapy": 1, "line_started_on": "2024-01-19", "nodes": 6.0}', '2026-11-22 16:10:14.411953+00');
INSERT INTO public.observation VALUES (1, 'R-019', 1, '2024-01-20', '{"birth_year": 1959, "er_status": "negative", "line_of_therapy": 2, "line_started_on": "2024-01-20", "nodes": 7.0}', '2026-11-22 16:10:14.421468+00');
INSERT INTO public.observation VALUES (1, 'R-020', 1, '2024-01-21', '{"birth_year": 1960, "er_status": "unknown", "line_of_therapy": 3, "line_started_on": "2024-01-21", "nodes": 8.0}', '2026-11-22 16:10:14.431249+00');
INSERT INTO public.observation VALUES (1, 'R-021', 1, '2024-01-22', '{"birth_year": 1961, "er_status": "positive", "line_of_therapy": 1, "line_started_on": "2024-01-22", "nodes": 9.0}', '2026-11-22 16:10:14.440617+00');
INSERT INTO public.observation VALUES (1, 'R-022', 1, '2024-01-23', '{"birth_year": 1962, "er_status": "negative", "line_of_therapy": 2, "line_started_on": "2024-01-23", "nodes": 10.0}', '2026-11-22 16:10:14.450967+00');
INSERT INTO public.observation VALUES (1, 'R-023', 1, '2024-01-24', '{"birth_year": 1963, "er_status": "unknown", "line_of_therapy": 3, "line_started_on": "2024-01-24", "nodes": 11.0}', '2026-11-22 16:10:14.460813+00');
INSERT INTO public.observation VALUES (1, 'R-024', 1, '2024-01-25', '{"birth_year": 1964, "er_status": "positive", "line_of_therapy": 1, "line_started_on": "2024-01-25", "nodes": 0.0}', '2026-11-22 16:10:14.470505+00');
INSERT INTO public.observation VALUES (1, 'R-025', 1, '2024-01-26', '{"birth_year": 1965, "er_status": "negative", "line_of_therapy": 2, "line_started_on": "2024-01-26", "nodes": 1.0}', '2026-11-22 16:10:14.480471+00');
INSERT INTO public.observation VALUES (1, 'R-026', 1, '2024-01-27', '{"birth_year": 1966, "er_status": "unknown", "line_of_therapy": 3, "line_started_on": "2024-01-27", "nodes": 2.0}', '2026-11-22 16:10:14.489871+00');
INSERT INTO public.observation VALUES (1, 'R-027', 1, '2024-01-28', '{"birth_year": 1967, "er_status": "positive", "line_of_therapy": 1, "line_started_on": "2024-01-28", "nodes": 3.0}', '2026-11-22 16:10:14.499421+00');
INSERT INTO public.observation VALUES (1, 'R-028', 1, '2024-01-01', '{"birth_year": 1968, "er_status": "negative", "line_of_therapy": 2, "line_started_on": "2024-01-01", "nodes": 4.0}', '2026-11-22 16:10:14.508877+00');
INSERT INTO public.observation VALUES (1, 'R-029', 1, '2024-01-02', '{"birth_year": 1969, "er_status": "unknown", "line_of_therapy": 3, "line_started_on": "2024-01-02", "nodes": 5.0}', '2026-11-22 16:10:14.520393+00');
INSERT INTO public.observation VALUES (1, 'R-030', 1, '2024-01-03', '{"birth_year": 1970, "er_status": "positive", "line_of_therapy": 1, "line_started_on": "2024-01-03", "nodes": 6.0}', '2026-11-22 16:10:14.529914+00');
INSERT INTO public.observation VALUES (1, 'R-031', 1, '2024-01-04', '{"birth_year": 1971, "er_status": "negative", "line_of_therapy": 2, "line_started_on": "2024-01-04", "nodes": 7.0}', '2026-11-22 16:10:14.539587+00');
INSERT INTO public.observation VALUES (1, 'R-032', 1, '2024-01-05', '{"birth_year": 1972, "er_status": "unknown", "line_of_therapy": 3, "line_started_on": "2024-01-05", "nodes": 8.0}', '2026-11-22 16:10:14.549002+00');
INSERT INTO public.observation VALUES (1, 'R-033', 1, '2024-01-06', '{"birth_year": 1973, "er_status": "positive", "line_of_therapy": 1, "line_started_on": "2024-01-06", "nodes": 9.0}', '2026-11-22 16:10:14.558346+00');
INSERT INTO public.observation VALUES (1, 'R-034', 1, '2024-01-07', '{"birth_year": 1974, "er_status": "negative", "line_of_therapy": 2, "line_started_on": "2024-01-07", "nodes": 10.0}', '2026-11-22 16:10:14.568038+00');
INSERT INTO public.observation VALUES (1, 'R-035', 1, '2024-01-08', '{"birth_year": 1975, "er_status": "unknown", "line_of_therapy": 3, "line_started_on": "2024-01-08", "nodes": 11.0}', '2026-11-22 16:10:14.577897+00');
INSERT INTO public.observation VALUES (1, 'R-036', 1, '2024-01-09', '{"birth_year": 1976, "er_status": "positive", "line_of_therapy": 1, "line_started_on": "2024-01-09", "nodes": 0.0}', '2026-11-22 16:10:14.587605+00');
INSERT INTO public.observation VALUES (1, 'R-037', 1, '2024-01-10', '{"birth_year": 1977, "er_status": "negative", "line_of_therapy": 2, "line_started_on": "2024-01-10", "nodes": 1.0}', '2026-11-22 16:10:14.59699+00');
INSERT INTO public.observation VALUES (1, 'R-038', 1, '2024-01-11', '{"birth_year": 1978, "er_status": "unknown", "line_of_therapy": 3, "line_started_on": "2024-01-11", "nodes": 2.0}', '2026-11-22 16:10:14.606479+00');
INSERT INTO public.observation VALUES (1, 'R-039', 1, '2024-01-12', '{"birth_year": 1979, "er_status": "positive", "line_of_therapy": 1, "line_started_on": "2024-01-12", "nodes": 3.0}', '2026-11-22 16:10:14.61629+00');
INSERT INTO public.observation VALUES (1, 'R-040', 1, '2024-01-13', '{"birth_year": 1940, "er_status": "negative", "line_of_therapy": 2, "line_started_on": "2024-01-13", "nodes": 4.0}', '2026-11-22 16:10:14.625518+00');
INSERT INTO public.observation VALUES (1, 'R-041', 1, '2024-01-14', '{"birth_year": 1941, "er_status": "unknown", "line_of_therapy": 3, "line_started_on": "2024-01-14", "nodes": 5.0}', '2026-11-22 16:10:14.635157+00');
INSERT INTO public.observation VALUES (1, 'R-042', 1, '2024-01-15', '{"birth_year": 1942, "er_status": "positive", "line_of_therapy": 1, "line_started_on": "2024-01-15", "nodes": 6.0}', '2026-11-22 16:10:14.644236+00');
INSERT INTO public.observation VALUES (1, 'R-043', 1, '2024-01-16', '{"birth_year": 1943, "er_status": "negative", "line_of_therapy": 2, "line_started_on": "2024-01-16", "nodes": 7.0}', '2026-11-22 16:10:14.653443+00');
INSERT INTO public.observation VALUES (1, 'R-044', 1, '2024-01-17', '{"birth_year": 1944, "er_status": "unknown", "line_of_therapy": 3, "line_started_on": "2024-01-17", "nodes": 8.0}', '2026-11-22 16:10:14.663268+00');
INSERT INTO public.observation VALUES (1, 'R-045', 1, '2024-01-18', '{"birth_year": 1945, "er_status": "positive", "line_of_therapy": 1, "line_started_on": "2024-01-18", "nodes": 9.0}', '2026-11-22 16:10:14.681988+00');
INSERT INTO public.observation VALUES (1, 'R-046', 1, '2024-01-19', '{"birth_year": 1946, "er_status": "negative", "line_of_therapy": 2, "line_started_on": "2024-01-19", "nodes": 10.0}', '2026-11-22 16:10:14.694451+00');
INSERT INTO public.observation VALUES (1, 'R-047', 1, '2024-01-20', '{"birth_year": 1947, "er_status": "unknown", "line_of_therapy": 3, "line_started_on": "2024-01-20", "nodes": 11.0}', '2026-11-22 16:10:14.705143+00');
INSERT INTO public.observation VALUES (1, 'R-048', 1, '2024-01-21', '{"birth_year": 1948, "er_status": "positive", "line_of_therapy": 1, "line_started_on": "2024-01-21", "nodes": 0.0}', '2026-11-22 16:10:14.716004+00');
INSERT INTO public.observation VALUES (1, 'R-049', 1, '2024-01-22', '{"birth_year": 1949, "er_status": "negative", "line_of_therapy": 2, "line_started_on": "2024-01-22", "nodes": 1.0}', '2026-11-22 16:10:14.727927+00');
INSERT INTO public.observation VALUES (1, 'R-050', 1, '2024-01-23', '{"birth_year": 1950, "er_status": "unknown", "line_of_therapy": 3, "line_started_on": "2024-01-23", "nodes": 2.0}', '2026-11-22 16:10:14.739847+00');
INSERT INTO public.observation VALUES (1, 'R-051', 1, '2024-01-24', '{"birth_year": 1951, "er_status": "positive", "line_of_therapy": 1, "line_started_on": "2024-01-24", "nodes": 3.0}', '2026-11-22 16:10:14.751549+00');
INSERT INTO public.observation VALUES (1, 'R-052', 1, '2024-01-25', '{"birth_year": 1952, "er_status": "negative", "line_of_therapy": 2, "line_started_on": "2024-01-25", "nodes": 4.0}', '2026-11-22 16:10:14.762649+00');
INSERT INTO public.observation VALUES (1, 'R-053', 1, '2024-01-26', '{"birth_year": 1953, "er_status": "unknown", "line_of_therapy": 3, "line_started_on": "2024-01-26", "nodes": 5.0}', '2026-11-22 16:10:14.771856+00');
INSERT INTO public.observation VALUES (1, 'R-054', 1, '2024-01-27', '{"birth_year": 1954, "er_status": "positive", "line_of_therapy": 1, "line_started_on": "2024-01-27", "nodes": 6.0}', '2026-11-22 16:10:14.781093+00');
INSERT INTO public.observation VALUES (1, 'R-055', 1, '2024-01-28', '{"birth_year": 1955, "er_status": "negative", "line_of_therapy": 2, "line_started_on": "2024-01-28", "nodes": 7.0}', '2026-11-22 16:10:14.790573+00');
INSERT INTO public.observation VALUES (1, 'R-056', 1, '2024-01-01', '{"birth_year": 1956, "er_status": "unknown", "line_of_therapy": 3, "line_started_on": "2024-01-01", "nodes": 8.0}', '2026-11-22 16:10:14.799811+00');
INSERT INTO public.observation VALUES (1, 'R-057', 1, '2024-01-02', '{"birth_year": 1957, "er_status": "positive", "line_of_therapy": 1, "line_started_on": "2024-01-02", "nodes": 9.0}', '2026-11-22 16:10:14.808955+00');
INSERT INTO public.observation VALUES (1, 'R-058', 1, '2024-01-03', '{"birth_year": 1958, "er_status": "negative", "line_of_therapy": 2, "line_started_on": "2024-01-03", "nodes": 10.0}', '2026-11-22 16:10:14.817951+00');
INSERT INTO public.observation VALUES (1, 'R-059', 1, '2024-01-04', '{"birth_year": 1959, "er_status": "unknown", "line_of_therapy": 3, "line_started_on": "2024-01-04", "nodes": 11.0}', '2026-11-22 16:10:14.827627+00');
INSERT INTO public.observation VALUES (1, 'R-060', 1, '2024-01-05', '{"birth_year": 1960, "er_status": "positive", "line_of_therapy": 1, "line_started_on": "2024-01-05", "nodes": 0.0}', '2026-11-22 16:10:14.83664+00');
INSERT INTO public.observation VALUES (1, 'R-061', 1, '2024-01-06', '{"birth_year": 1961, "er_status": "negative", "line_of_therapy": 2, "line_started_on": "2024-01-06", "nodes": 1.0}', '2026-11-22 16:10:14.845691+00');
INSERT INTO public.observation VALUES (1, 'R-062', 1, '2024-01-07', '{"birth_year": 1962, "er_status": "unknown", "line_of_therapy": 3, "line_started_on": "2024-01-07", "nodes": 2.0}', '2026-11-22 16:10:14.855141+00');
INSERT INTO public.observation VALUES (1, 'R-063', 1, '2024-01-08', '{"birth_year": 1963, "er_status": "positive", "line_of_therapy": 1, "line_started_on": "2024-01-08", "nodes": 3.0}', '2026-11-22 16:10:14.864298+00');
INSERT INTO public.observation VALUES (1, 'R-064', 1, '2024-01-09', '{"birth_year": 1964, "er_status": "negative", "line_of_therapy": 2, "line_started_on": "2024-01-09", "nodes": 4.0}', '2026-11-22 16:10:14.873864+00');
INSERT INTO public.observation VALUES (1, 'R-065', 1, '2024-01-10', '{"birth_year": 1965, "er_status": "unknown", "line_of_therapy": 3, "line_started_on": "2024-01-10", "nodes": 5.0}', '2026-11-22 16:10:14.883278+00');
INSERT INTO public.observation VALUES (1, 'R-066', 1, '2024-01-11', '{"birth_year": 1966, "er_status": "positive", "line_of_therapy": 1, "line_started_on": "2024-01-11", "nodes": 6.0}', '2026-11-22 16:10:14.892378+00');
INSERT INTO public.observation VALUES (1, 'R-067', 1, '2024-01-12', '{"birth_year": 1967, "er_status": "negative", "line_of_therapy": 2, "line_started_on": "2024-01-12", "nodes": 7.0}', '2026-11-22 16:10:14.901438+00');
INSERT INTO public.observation VALUES (1, 'R-068', 1, '2024-01-13', '{"birth_year": 1968, "er_status": "unknown", "line_of_therapy": 3, "line_started_on": "2024-01-13", "nodes": 8.0}', '2026-11-22 16:10:14.910638+00');
INSERT INTO public.observation VALUES (1, 'R-069', 1, '2024-01-14', '{"birth_year": 1969, "er_status": "positive", "line_of_therapy": 1, "line_started_on": "2024-01-14", "nodes": 9.0}', '2026-11-22 16:10:14.919989+00');
INSERT INTO public.observation VALUES (1, 'R-070', 1, '2024-01-15', '{"birth_year": 1970, "er_status": "negative", "line_of_therapy": 2, "line_started_on": "2024-01-15", "nodes": 10.0}', '2026-11-22 16:10:14.929241+00');
INSERT INTO public.observation VALUES (1, 'R-071', 1, '2024-01-16', '{"birth_year": 1971, "er_status": "unknown", "line_of_therapy": 3, "line_started_on": "2024-01-16", "nodes": 11.0}', '2026-11-22 16:10:14.939047+00');
INSERT INTO public.observation VALUES (1, 'R-072', 1, '2024-01-17', '{"birth_year": 1972, "er_status": "positive", "line_of_therapy": 1, "line_started_on": "2024-01-17", "nodes": 0.0}', '2026-11-22 16:10:14.947943+00');
INSERT INTO public.observation VALUES (1, 'R-073', 1, '2024-01-18', '{"birth_year": 1973, "er_status": "negative", "line_of_therapy": 2, "line_started_on": "2024-01-18", "nodes": 1.0}', '2026-11-22 16:10:14.956853+00');
INSERT INTO public.observation VALUES (1, 'R-074', 1, '2024-01-19', '{"birth_year": 1974, "er_status": "unknown", "line_of_therapy": 3, "line_started_on": "2024-01-19", "nodes": 2.0}', '2026-11-22 16:10:14.967402+00');
INSERT INTO public.observation VALUES (1, 'R-075', 1, '2024-01-20', '{"birth_year": 1975, "er_status": "positive", "line_of_therapy": 1, "line_started_on": "2024-01-20", "nodes": 3.0}', '2026-11-22 16:10:14.977843+00');
INSERT INTO public.observation VALUES (1, 'R-076', 1, '2024-01-21', '{"birth_year": 1976, "er_status": "negative", "line_of_therapy": 2, "line_started_on": "2024-01-21", "nodes": 4.0}', '2026-11-22 16:10:14.987127+00');
INSERT INTO public.observation VALUES (1, 'R-077', 1, '2024-01-22', '{"birth_year": 1977, "er_status": "unknown", "line_of_therapy": 3, "line_started_on": "2024-01-22", "nodes": 5.0}', '2026-11-22 16:10:14.995998+00');
INSERT INTO public.observation VALUES (1, 'R-078', 1, '2024-01-23', '{"birth_year": 1978, "er_status": "positive", "line_of_therapy": 1, "line_started_on": "2024-01-23", "nodes": 6.0}', '2026-11-22 16:10:15.004751+00');
INSERT INTO public.observation VALUES (1, 'R-079', 1, '2024-01-24', '{"birth_year": 1979, "er_status": "negative", "line_of_therapy": 2, "line_started_on": "2024-01-24", "nodes": 7.0}', '2026-11-22 16:10:15.013715+00');
INSERT INTO public.observation VALUES (1, 'R-080', 1, '2024-01-25', '{"birth_year": 1940, "er_status": "unknown", "line_of_therapy": 3, "line_started_on": "2024-01-25", "nodes": 8.0}', '2026-11-22 16:10:15.023393+00');
INSERT INTO public.observation VALUES (1, 'R-081', 1, '2024-01-26', '{"birth_year": 1941, "er_status": "positive", "line_of_therapy": 1, "line_started_on": "2024-01-26", "nodes": 9.0}', '2026-11-22 16:10:15.032233+00');
INSERT INTO public.observation VALUES (1, 'R-082', 1, '2024-01-27', '{"birth_year": 1942, "er_status": "negative", "line_of_therapy": 2, "line_started_on": "2024-01-27", "nodes": 10.0}', '2026-11-22 16:10:15.040929+00');
INSERT INTO public.observation VALUES (1, 'R-083', 1, '2024-01-28', '{"birth_year": 1943, "er_status": "unknown", "line_of_therapy": 3, "line_started_on": "2024-01-28", "nodes": 11.0}', '2026-11-22 16:10:15.049665+00');
INSERT INTO public.observation VALUES (1, 'R-084', 1, '2024-01-01', '{"birth_year": 1944, "er_status": "positive", "line_of_therapy": 1, "line_started_on": "2024-01-01", "nodes": 0.0}', '2026-11-22 16:10:15.058939+00');
INSERT INTO public.observation VALUES (1, 'R-085', 1, '2024-01-02', '{"birth_year": 1945, "er_status": "negative", "line_of_therapy": 2, "line_started_on": "2024-01-02", "nodes": 1.0}', '2026-11-22 16:10:15.067887+00');
INSERT INTO public.observation VALUES (1, 'R-086', 1, '2024-01-03', '{"birth_year": 1946, "er_status": "unknown", "line_of_therapy": 3, "line_started_on": "2024-01-03", "nodes": 2.0}', '2026-11-22 16:10:15.077221+00');
INSERT INTO public.observation VALUES (1, 'R-087', 1, '2024-01-04', '{"birth_year": 1947, "er_status": "positive", "line_of_therapy": 1, "line_started_on": "2024-01-04", "nodes": 3.0}', '2026-11-22 16:10:15.086463+00');
INSERT INTO public.observation VALUES (1, 'R-088', 1, '2024-01-05', '{"birth_year": 1948, "er_status": "negative", "line_of_therapy": 2, "line_started_on": "2024-01-05", "nodes": 4.0}', '2026-11-22 16:10:15.095429+00');
INSERT INTO public.observation VALUES (1, 'R-089', 1, '2024-01-06', '{"birth_year": 1949, "er_status": "unknown", "line_of_therapy": 3, "line_started_on": "2024-01-06", "nodes": 5.0}', '2026-11-22 16:10:15.104292+00');
INSERT INTO public.observation VALUES (1, 'R-090', 1, '2024-01-07', '{"birth_year": 1950, "er_status": "positive", "line_of_therapy": 1, "line_started_on": "2024-01-07", "nodes": 6.0}', '2026-11-22 16:10:16.504978+00');


--
-- Data for Name: organisation; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.organisation VALUES (1, 'hospital-a', '2026-11-22 16:10:14.135607+00');


--
-- Data for Name: patient; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.patient VALUES (1, 'R-000', 1, '\x64fb154a2f68347d2ffc5254d4a0c573', '2026-11-22 16:10:14.182625+00');
INSERT INTO public.patient VALUES (1, 'R-001', 1, '\xfecec6b5242349db17a95206f6fe1330', '2026-11-22 16:10:14.202707+00');
INSERT INTO public.patient VALUES (1, 'R-002', 1, '\x351020b903fb2cea013d370965a992fd', '2026-11-22 16:10:14.215411+00');
INSERT INTO public.patient VALUES (1, 'R-003', 1, '\x8030958cac1525fc3d84be0290942862', '2026-11-22 16:10:14.227545+00');
INSERT INTO public.patient VALUES (1, 'R-004', 1, '\xf8bdad994fcbf3f3aa380a31a10e0f2e', '2026-11-22 16:10:14.241751+00');
INSERT INTO public.patient VALUES (1, 'R-005', 1, '\x31c9b5cc9bd19d8c75373429583bd8ff', '2026-11-22 16:10:14.263759+00');
INSERT INTO public.patient VALUES (1, 'R-006', 1, '\x6a19a11783bb40b986f957ba26308437', '2026-11-22 16:10:14.279432+00');
INSERT INTO public.patient VALUES (1, 'R-007', 1, '\x2b7478df4fa7b3a1c07b8829c6095627', '2026-11-22 16:10:14.293692+00');
INSERT INTO public.patient VALUES (1, 'R-008', 1, '\xfc2094f7a80d45aebf3f670b77245a66', '2026-11-22 16:10:14.305004+00');
INSERT INTO public.patient VALUES (1, 'R-009', 1, '\xba53e23dcc054d7c31b6997bb7583dc4', '2026-11-22 16:10:14.317344+00');
INSERT INTO public.patient VALUES (1, 'R-010', 1, '\x8b3add092c7cbb216b906cc0cbff81d3', '2026-11-22 16:10:14.327735+00');
INSERT INTO public.patient VALUES (1, 'R-011', 1, '\x63fece07558d706a93467159a87ff389', '2026-11-22 16:10:14.337795+00');
INSERT INTO public.patient VALUES (1, 'R-012', 1, '\x6f4e3bd161d0c10b80be3fc142cc16df', '2026-11-22 16:10:14.347246+00');
INSERT INTO public.patient VALUES (1, 'R-013', 1, '\xb0b19fb7c12349e7781739e42b1f9dd9', '2026-11-22 16:10:14.356746+00');
INSERT INTO public.patient VALUES (1, 'R-014', 1, '\x64a4d124f02ce85880674d1517eb89c9', '2026-11-22 16:10:14.36656+00');
INSERT INTO public.patient VALUES (1, 'R-015', 1, '\x25046e75473997230739efe5c95ea53a', '2026-11-22 16:10:14.376975+00');
INSERT INTO public.patient VALUES (1, 'R-016', 1, '\x10289f503d28c6b11dcea03bb48bb2d8', '2026-11-22 16:10:14.389257+00');
INSERT INTO public.patient VALUES (1, 'R-017', 1, '\x3923598b535b62e7adba3dcb2317657e', '2026-11-22 16:10:14.401455+00');
INSERT INTO public.patient VALUES (1, 'R-018', 1, '\x7fb5d1058081cabe026ced7275e7729a', '2026-11-22 16:10:14.411953+00');
INSERT INTO public.patient VALUES (1, 'R-019', 1, '\x8797197b01d40f333cc76e79fca08396', '2026-11-22 16:10:14.421468+00');
INSERT INTO public.patient VALUES (1, 'R-020', 1, '\x58cce90cf988aa588881d973d4a746fa', '2026-11-22 16:10:14.431249+00');
INSERT INTO public.patient VALUES (1, 'R-021', 1, '\x8dd96e62602da13c93e31e8399f34260', '2026-11-22 16:10:14.440617+00');
INSERT INTO public.patient VALUES (1, 'R-022', 1, '\xc1ca3754b73608651bc529006cea2fa2', '2026-11-22 16:10:14.450967+00');
INSERT INTO public.patient VALUES (1, 'R-023', 1, '\x9aaca59fcb574d70abbba58d877c1abe', '2026-11-22 16:10:14.460813+00');
INSERT INTO public.patient VALUES (1, 'R-024', 1, '\xeaeaaeb93b0b6e726f652440412d824f', '2026-11-22 16:10:14.470505+00');
INSERT INTO public.patient VALUES (1, 'R-025', 1, '\x03ef841b5066602161b60579b9677380', '2026-11-22 16:10:14.480471+00');
INSERT INTO public.patient VALUES (1, 'R-026', 1, '\xc90b71e26260bddb87f0f5a34a68703e', '2026-11-22 16:10:14.489871+00');
INSERT INTO public.patient VALUES (1, 'R-027', 1, '\xe347b4ed08259a45019a51959aa90d19', '2026-11-22 16:10:14.499421+00');
INSERT INTO public.patient VALUES (1, 'R-028', 1, '\xb0cd4edb74d5df1d12bf240ce6260839', '2026-11-22 16:10:14.508877+00');
INSERT INTO public.patient VALUES (1, 'R-029', 1, '\x7682d9143500cba2b0049b98b4f62ae7', '2026-11-22 16:10:14.520393+00');
INSERT INTO public.patient VALUES (1, 'R-030', 1, '\x84e6a12a63aaea58812c4b537810cedb', '2026-11-22 16:10:14.529914+00');
INSERT INTO public.patient VALUES (1, 'R-031', 1, '\xfe65941699f7bd3d27b7484a31934328', '2026-11-22 16:10:14.539587+00');
INSERT INTO public.patient VALUES (1, 'R-032', 1, '\x01d026e127317042a1f45c8120b4fe2c', '2026-11-22 16:10:14.549002+00');
INSERT INTO public.patient VALUES (1, 'R-033', 1, '\xab0348ef99bd272695e29d5267c525e0', '2026-11-22 16:10:14.558346+00');
INSERT INTO public.patient VALUES (1, 'R-034', 1, '\x8c39991907115b04716e84c9f1d5e423', '2026-11-22 16:10:14.568038+00');
INSERT INTO public.patient VALUES (1, 'R-035', 1, '\xc5d6166be65b410e453a13de7601fe0b', '2026-11-22 16:10:14.577897+00');
INSERT INTO public.patient VALUES (1, 'R-036', 1, '\xb8ba491ca3971abefb2f910c4c47045b', '2026-11-22 16:10:14.587605+00');
INSERT INTO public.patient VALUES (1, 'R-037', 1, '\x0240e63c0af8e98fe29e37485ea79a75', '2026-11-22 16:10:14.59699+00');
INSERT INTO public.patient VALUES (1, 'R-038', 1, '\x59ab732d77894bf9f89753e896032e0b', '2026-11-22 16:10:14.606479+00');
INSERT INTO public.patient VALUES (1, 'R-039', 1, '\x4d63e4f0a834bcba87984bbd0373a31d', '2026-11-22 16:10:14.61629+00');
INSERT INTO public.patient VALUES (1, 'R-040', 1, '\x8cbb2442826c4ce1469cd2fdb226b783', '2026-11-22 16:10:14.625518+00');
INSERT INTO public.patient VALUES (1, 'R-041', 1, '\x14fc276cc7634aa30d932729a1c8adcd', '2026-11-22 16:10:14.635157+00');
INSERT INTO public.patient VALUES (1, 'R-042', 1, '\x3f955fd034d0ec1e5c505f53408ce3ce', '2026-11-22 16:10:14.644236+00');
INSERT INTO public.patient VALUES (1, 'R-043', 1, '\xb105371cce6f0820ece5505cd7d4eb89', '2026-11-22 16:10:14.653443+00');
INSERT INTO public.patient VALUES (1, 'R-044', 1, '\x2c93544cc74c66ca9aa980a262be78ad', '2026-11-22 16:10:14.663268+00');
INSERT INTO public.patient VALUES (1, 'R-045', 1, '\x8fa45e0bdb514dfb9412fa0253c14fec', '2026-11-22 16:10:14.681988+00');
INSERT INTO public.patient VALUES (1, 'R-046', 1, '\x81e07328cb0a30cd10deec4e22ac129c', '2026-11-22 16:10:14.694451+00');
INSERT INTO public.patient VALUES (1, 'R-047', 1, '\xe4a4f6ec65c3b6b70aba5a47c321efee', '2026-11-22 16:10:14.705143+00');
INSERT INTO public.patient VALUES (1, 'R-048', 1, '\x1a47e25627e836479b1452c5450b2d7c', '2026-11-22 16:10:14.716004+00');
INSERT INTO public.patient VALUES (1, 'R-049', 1, '\xfe3f3d92ce0b38c93aca2e5c4e3a30d3', '2026-11-22 16:10:14.727927+00');
INSERT INTO public.patient VALUES (1, 'R-050', 1, '\x813ad60b1304f97050e3c01e79bb031c', '2026-11-22 16:10:14.739847+00');
INSERT INTO public.patient VALUES (1, 'R-051', 1, '\x2baeae35e3eb52302676125ad0b4e71b', '2026-11-22 16:10:14.751549+00');
INSERT INTO public.patient VALUES (1, 'R-052', 1, '\x7b405f1feac28f041d866a740a93f214', '2026-11-22 16:10:14.762649+00');
INSERT INTO public.patient VALUES (1, 'R-053', 1, '\x0aaa151170bc0d31138a720abc384ab3', '2026-11-22 16:10:14.771856+00');
INSERT INTO public.patient VALUES (1, 'R-054', 1, '\xd3185fc3e938528c065a07850499e26e', '2026-11-22 16:10:14.781093+00');
INSERT INTO public.patient VALUES (1, 'R-055', 1, '\x6ab99b725834811a7b5628183346935c', '2026-11-22 16:10:14.790573+00');
INSERT INTO public.patient VALUES (1, 'R-056', 1, '\x7184a429f7ee299c7ae9036d667debf2', '2026-11-22 16:10:14.799811+00');
INSERT INTO public.patient VALUES (1, 'R-057', 1, '\x6408febddd0bb41df637ffcd6821b76a', '2026-11-22 16:10:14.808955+00');
INSERT INTO public.patient VALUES (1, 'R-058', 1, '\x61307aafe9d821f6084dd6c1b342f64a', '2026-11-22 16:10:14.817951+00');
INSERT INTO public.patient VALUES (1, 'R-059', 1, '\xd3f5814fa3144a4bcf31b7656d943696', '2026-11-22 16:10:14.827627+00');
INSERT INTO public.patient VALUES (1, 'R-060', 1, '\x0c5de081450226580dc7d46e9f733588', '2026-11-22 16:10:14.83664+00');
INSERT INTO public.patient VALUES (1, 'R-061', 1, '\x543548fd636c2a30e876e0e835685a40', '2026-11-22 16:10:14.845691+00');
INSERT INTO public.patient VALUES (1, 'R-062', 1, '\x22dc4881c829ba30ffb2f391edf4dd9b', '2026-11-22 16:10:14.855141+00');
INSERT INTO public.patient VALUES (1, 'R-063', 1, '\xad8004f4c6f943a186b3736ead5e764c', '2026-11-22 16:10:14.864298+00');
INSERT INTO public.patient VALUES (1, 'R-064', 1, '\xa0c2cdcf39f3ed1ae340148ebb12f0e3', '2026-11-22 16:10:14.873864+00');
INSERT INTO public.patient VALUES (1, 'R-065', 1, '\x90b83430140ffe3485fe0b3bca92c38f', '2026-11-22 16:10:14.883278+00');
INSERT INTO public.patient VALUES (1, 'R-066', 1, '\x2b3a5c863447f945f368994e888ed92e', '2026-11-22 16:10:14.892378+00');
INSERT INTO public.patient VALUES (1, 'R-067', 1, '\x81075b0001934a7463cda7e8abbfdb99', '2026-11-22 16:10:14.901438+00');
INSERT INTO public.patient VALUES (1, 'R-068', 1, '\xd589931d5084790f0d0876c22c2e6bc5', '2026-11-22 16:10:14.910638+00');
INSERT INTO public.patient VALUES (1, 'R-069', 1, '\xa6f001d0e3d295cff543858baff5feff', '2026-11-22 16:10:14.919989+00');
INSERT INTO public.patient VALUES (1, 'R-070', 1, '\xb2b96cb78c82208158aeb7da26095f14', '2026-11-22 16:10:14.929241+00');
INSERT INTO public.patient VALUES (1, 'R-071', 1, '\xd52d1bac01bb99b520c955f3a49c6367', '2026-11-22 16:10:14.939047+00');
INSERT INTO public.patient VALUES (1, 'R-072', 1, '\xb510abd408e4ecab323ac4804733c764', '2026-11-22 16:10:14.947943+00');
INSERT INTO public.patient VALUES (1, 'R-073', 1, '\x758df195fc07c82291729c7dd2d29f4e', '2026-11-22 16:10:14.956853+00');
INSERT INTO public.patient VALUES (1, 'R-074', 1, '\x381f14928061d01885766bf6f7c06657', '2026-11-22 16:10:14.967402+00');
INSERT INTO public.patient VALUES (1, 'R-075', 1, '\xf7c77ba38529c8f31a70c50f220938c5', '2026-11-22 16:10:14.977843+00');
INSERT INTO public.patient VALUES (1, 'R-076', 1, '\x3841f3ef6ef32239850230f2a0a349e6', '2026-11-22 16:10:14.987127+00');
INSERT INTO public.patient VALUES (1, 'R-077', 1, '\xf47bb72072b05b5431eebeecff43f39e', '2026-11-22 16:10:14.995998+00');
INSERT INTO public.patient VALUES (1, 'R-078', 1, '\x3bad3057de861f43a7bc9a1ed41b7214', '2026-11-22 16:10:15.004751+00');
INSERT INTO public.patient VALUES (1, 'R-079', 1, '\x9077df439207b8397801d404f92e5571', '2026-11-22 16:10:15.013715+00');
INSERT INTO public.patient VALUES (1, 'R-080', 1, '\xa07218692227688522c4a9b8606a9e59', '2026-11-22 16:10:15.023393+00');
INSERT INTO public.patient VALUES (1, 'R-081', 1, '\x20ef89c135469498f89290e73fc434bb', '2026-11-22 16:10:15.032233+00');
INSERT INTO public.patient VALUES (1, 'R-082', 1, '\xb1c8ca1b729298f1f8806b8dca7276b0', '2026-11-22 16:10:15.040929+00');
INSERT INTO public.patient VALUES (1, 'R-083', 1, '\xa1e26813ff554dee7e9b40fbb4aca8d2', '2026-11-22 16:10:15.049665+00');
INSERT INTO public.patient VALUES (1, 'R-084', 1, '\x224396210270725b811c470f15e76d79', '2026-11-22 16:10:15.058939+00');
INSERT INTO public.patient VALUES (1, 'R-085', 1, '\x6fa3ba6b49f74511e098a450f43896a9', '2026-11-22 16:10:15.067887+00');
INSERT INTO public.patient VALUES (1, 'R-086', 1, '\x440d4482c72d5e0cff35095d293000ad', '2026-11-22 16:10:15.077221+00');
INSERT INTO public.patient VALUES (1, 'R-087', 1, '\x9c224308404a951f55d040d83ffd280e', '2026-11-22 16:10:15.086463+00');
INSERT INTO public.patient VALUES (1, 'R-088', 1, '\x36fb336090e161f3b363da03c9b7b884', '2026-11-22 16:10:15.095429+00');
INSERT INTO public.patient VALUES (1, 'R-089', 1, '\x468543e05696f34546562adc1ba67a3e', '2026-11-22 16:10:15.104292+00');
INSERT INTO public.patient VALUES (1, 'R-090', 1, '\xa6a46f9523670575c181bbde5c362118', '2026-11-22 16:10:16.504978+00');


--
-- Data for Name: prognosis; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.prognosis VALUES (1, 'fd362b7f415f4d32bfda452aea718489', 'R-000', 'R-000', 'ce5e6f0d3744c4f0360769274ba38b09de7b30b64e6172de24121d97a48e5ddb', NULL, '2026-11-22 16:10:14.181041+00', '{"prognosis_id":"fd362b7f415f4d32bfda452aea718489","patient_id":"R-000","computed_at":"2026-11-22T16:10:14.181041Z","endpoint":"overall_survival","clock_start":"2024-01-01","blood_test":{"accession_number":"R-000","ctc_count":0,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-01T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":"0","label":"0 CTC (2003 report, 41 patients, volume not stated)","rank":1,"of":4,"published":{"statistic":"median","comparator":">","months":24},"published_superset":null,"repeat_draw_other_group":0.2928932188134525,"cautions":["near-cut-off","setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":"<5","rank":1,"of":2},{"scheme":"stage-iv-2019","group":"<5","rank":1,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, 'd6ecc744e73644f4990dcd7bf51bed65', 'R-001', 'R-001', '86c372ffc2425a3898abbfe1608a9e0f06322f70a5bec29e3fe02deac3230831', NULL, '2026-11-22 16:10:14.201757+00', '{"prognosis_id":"d6ecc744e73644f4990dcd7bf51bed65","patient_id":"R-001","computed_at":"2026-11-22T16:10:14.201757Z","endpoint":"overall_survival","clock_start":"2024-01-02","blood_test":{"accession_number":"R-001","ctc_count":1,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-02T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":"1-3","label":"1 to 3 CTC (2003 report, 41 patients, volume not stated)","rank":2,"of":4,"published":null,"published_superset":null,"repeat_draw_other_group":0.4724320499740994,"cautions":["near-cut-off","setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":"<5","rank":1,"of":2},{"scheme":"stage-iv-2019","group":"<5","rank":1,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, '2bf7ed47b96643d7b132de4424b7ac6f', 'R-002', 'R-002', '249787df7f4528ec524237bb87a3f998fb4a2ba4549e0b3897154543b3f33521', NULL, '2026-11-22 16:10:14.214613+00', '{"prognosis_id":"2bf7ed47b96643d7b132de4424b7ac6f","patient_id":"R-002","computed_at":"2026-11-22T16:10:14.214613Z","endpoint":"overall_survival","clock_start":"2024-01-03","blood_test":{"accession_number":"R-002","ctc_count":4,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-03T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":"4-50","label":"4 to 50 CTC (2003 report, 41 patients, volume not stated)","rank":3,"of":4,"published":null,"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.4284763259085221,"cautions":["near-cut-off","setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":"<5","rank":1,"of":2},{"scheme":"stage-iv-2019","group":"<5","rank":1,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, '605a4206ff8541d1b3dd577d4867d438', 'R-003', 'R-003', '20e040065595c29efa3ed198745a5c9d2b87545bf7a4213223475c194957449d', NULL, '2026-11-22 16:10:14.226739+00', '{"prognosis_id":"605a4206ff8541d1b3dd577d4867d438","patient_id":"R-003","computed_at":"2026-11-22T16:10:14.226739Z","endpoint":"overall_survival","clock_start":"2024-01-04","blood_test":{"accession_number":"R-003","ctc_count":9,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-04T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":"4-50","label":"4 to 50 CTC (2003 report, 41 patients, volume not stated)","rank":3,"of":4,"published":null,"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.05816670549686805,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, '2bccc54f60434b37adfa990d78fb034e', 'R-004', 'R-004', '125a3ba79a4913cc3ee389a271db9d0c37a5f4e01bb7eeface2db1406a8d5cee', NULL, '2026-11-22 16:10:14.240673+00', '{"prognosis_id":"2bccc54f60434b37adfa990d78fb034e","patient_id":"R-004","computed_at":"2026-11-22T16:10:14.240673Z","endpoint":"overall_survival","clock_start":"2024-01-05","blood_test":{"accession_number":"R-004","ctc_count":16,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-05T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":"4-50","label":"4 to 50 CTC (2003 report, 41 patients, volume not stated)","rank":3,"of":4,"published":null,"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.0016974468541121862,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, '6948b660c97c43b2b51ad215b4bb0c41', 'R-005', 'R-005', '59eaebaab618d1bf812c2331338b41b189a3426c0208328ff47189a1f432bf52', NULL, '2026-11-22 16:10:14.262802+00', '{"prognosis_id":"6948b660c97c43b2b51ad215b4bb0c41","patient_id":"R-005","computed_at":"2026-11-22T16:10:14.262802Z","endpoint":"overall_survival","clock_start":"2024-01-06","blood_test":{"accession_number":"R-005","ctc_count":25,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-06T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":"4-50","label":"4 to 50 CTC (2003 report, 41 patients, volume not stated)","rank":3,"of":4,"published":null,"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.0015462749748381408,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, 'a33f76b5ac0b44d4be6a193040b56122', 'R-006', 'R-006', '8edfdc13e1d5fbf3024e89719155961dd1d5a28a80e29e2bee7513de1c8fc809', NULL, '2026-11-22 16:10:14.278525+00', '{"prognosis_id":"a33f76b5ac0b44d4be6a193040b56122","patient_id":"R-006","computed_at":"2026-11-22T16:10:14.278525Z","endpoint":"overall_survival","clock_start":"2024-01-07","blood_test":{"accession_number":"R-006","ctc_count":36,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-07T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":"4-50","label":"4 to 50 CTC (2003 report, 41 patients, volume not stated)","rank":3,"of":4,"published":null,"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.059238256303078045,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, 'f21f17016488456d8305ec94eda71f68', 'R-007', 'R-007', 'e675d654d4cf5020e5fb16a8279368bb77b407d66e1c5e32a32351e9d09e9169', NULL, '2026-11-22 16:10:14.292886+00', '{"prognosis_id":"f21f17016488456d8305ec94eda71f68","patient_id":"R-007","computed_at":"2026-11-22T16:10:14.292886Z","endpoint":"overall_survival","clock_start":"2024-01-08","blood_test":{"accession_number":"R-007","ctc_count":49,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-08T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":"4-50","label":"4 to 50 CTC (2003 report, 41 patients, volume not stated)","rank":3,"of":4,"published":null,"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.44028309201114174,"cautions":["near-cut-off","setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, '96aa1922825c43b5992c6ee5e826764b', 'R-008', 'R-008', '5a67d6cc271e53a887d342ae757291d88ba44bf82ea625f227db2bf12e8c1e5f', NULL, '2026-11-22 16:10:14.304265+00', '{"prognosis_id":"96aa1922825c43b5992c6ee5e826764b","patient_id":"R-008","computed_at":"2026-11-22T16:10:14.304265Z","endpoint":"overall_survival","clock_start":"2024-01-09","blood_test":{"accession_number":"R-008","ctc_count":64,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-09T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":">50","label":"more than 50 CTC (2003 report, 41 patients, volume not stated)","rank":4,"of":4,"published":{"statistic":"median","comparator":"=","months":3.8},"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.10344502804602453,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, '9ced286e7a114ba7a57260dfc7ab96f7', 'R-009', 'R-009', 'b75066e4f5d73b01dbacfe05b6dffda1b45ec312649ca26434bca17c56e87bff', NULL, '2026-11-22 16:10:14.314879+00', '{"prognosis_id":"9ced286e7a114ba7a57260dfc7ab96f7","patient_id":"R-009","computed_at":"2026-11-22T16:10:14.314879Z","endpoint":"overall_survival","clock_start":"2024-01-10","blood_test":{"accession_number":"R-009","ctc_count":81,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-10T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":">50","label":"more than 50 CTC (2003 report, 41 patients, volume not stated)","rank":4,"of":4,"published":{"statistic":"median","comparator":"=","months":3.8},"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.00379075835831422,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, '7dff3b20b1134246a3004dc73d0fdc6b', 'R-010', 'R-010', '00698f5b81359ff617da955b1b7c8e719e4c7a288ff7feedafd7fd1fd0ba265d', NULL, '2026-11-22 16:10:14.327058+00', '{"prognosis_id":"7dff3b20b1134246a3004dc73d0fdc6b","patient_id":"R-010","computed_at":"2026-11-22T16:10:14.327058Z","endpoint":"overall_survival","clock_start":"2024-01-11","blood_test":{"accession_number":"R-010","ctc_count":3,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-11T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":"1-3","label":"1 to 3 CTC (2003 report, 41 patients, volume not stated)","rank":2,"of":4,"published":null,"published_superset":null,"repeat_draw_other_group":0.5117924860362414,"cautions":["near-cut-off","setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":"<5","rank":1,"of":2},{"scheme":"stage-iv-2019","group":"<5","rank":1,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, '9168f0200eb14ea499bf5304cfbd01f6', 'R-011', 'R-011', '7926f957d469f4f4c7b62744192a7bd87109a474b2c0f970fd1d297fdcbea9db', NULL, '2026-11-22 16:10:14.337186+00', '{"prognosis_id":"9168f0200eb14ea499bf5304cfbd01f6","patient_id":"R-011","computed_at":"2026-11-22T16:10:14.337186Z","endpoint":"overall_survival","clock_start":"2024-01-12","blood_test":{"accession_number":"R-011","ctc_count":24,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-12T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":"4-50","label":"4 to 50 CTC (2003 report, 41 patients, volume not stated)","rank":3,"of":4,"published":null,"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.0009842516773521384,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, 'cdc5b514e6b241d3aa19592ed1310066', 'R-012', 'R-012', 'eeeb598cbebdd5fb4ba11d785648b51c64838e8f9af2b2f049a3ac6f63eddb5a', NULL, '2026-11-22 16:10:14.34662+00', '{"prognosis_id":"cdc5b514e6b241d3aa19592ed1310066","patient_id":"R-012","computed_at":"2026-11-22T16:10:14.346620Z","endpoint":"overall_survival","clock_start":"2024-01-13","blood_test":{"accession_number":"R-012","ctc_count":47,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-13T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":"4-50","label":"4 to 50 CTC (2003 report, 41 patients, volume not stated)","rank":3,"of":4,"published":null,"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.3615984732364671,"cautions":["near-cut-off","setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, 'c32f6343c66144e2b27dbbab924126e6', 'R-013', 'R-013', '2470e2db16c3c1ba3016f62be35c6573d1e99522a279f2107b362b091317c216', NULL, '2026-11-22 16:10:14.356138+00', '{"prognosis_id":"c32f6343c66144e2b27dbbab924126e6","patient_id":"R-013","computed_at":"2026-11-22T16:10:14.356138Z","endpoint":"overall_survival","clock_start":"2024-01-14","blood_test":{"accession_number":"R-013","ctc_count":72,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-14T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":">50","label":"more than 50 CTC (2003 report, 41 patients, volume not stated)","rank":4,"of":4,"published":{"statistic":"median","comparator":"=","months":3.8},"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.02581311199116381,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, 'f86c92ad8e6c4ee38cdf0a55d9aee5b1', 'R-014', 'R-014', 'b358501b1f1cc28cb4a85459cbd7a8e44a2d157e940671667b3ef9d9ef83afd3', NULL, '2026-11-22 16:10:14.365513+00', '{"prognosis_id":"f86c92ad8e6c4ee38cdf0a55d9aee5b1","patient_id":"R-014","computed_at":"2026-11-22T16:10:14.365513Z","endpoint":"overall_survival","clock_start":"2024-01-15","blood_test":{"accession_number":"R-014","ctc_count":2,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-15T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":"1-3","label":"1 to 3 CTC (2003 report, 41 patients, volume not stated)","rank":2,"of":4,"published":null,"published_superset":null,"repeat_draw_other_group":0.440667487537985,"cautions":["near-cut-off","setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":"<5","rank":1,"of":2},{"scheme":"stage-iv-2019","group":"<5","rank":1,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, 'cab78a94fd2341369c0590724af2a09a', 'R-015', 'R-015', 'a9b5863ab650ecbd55d3974421d1f929da99a0b8fc41c4354b8550c870b2dee5', NULL, '2026-11-22 16:10:14.376284+00', '{"prognosis_id":"cab78a94fd2341369c0590724af2a09a","patient_id":"R-015","computed_at":"2026-11-22T16:10:14.376284Z","endpoint":"overall_survival","clock_start":"2024-01-16","blood_test":{"accession_number":"R-015","ctc_count":31,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-16T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":"4-50","label":"4 to 50 CTC (2003 report, 41 patients, volume not stated)","rank":3,"of":4,"published":null,"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.015070016795854638,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, '6e91a840aede4c679953d60a9b20c029', 'R-016', 'R-016', '3c670ec02f2a56a83122bdf46b5a87bd63e2194dcd7338040f24b772de0c5290', NULL, '2026-11-22 16:10:14.388455+00', '{"prognosis_id":"6e91a840aede4c679953d60a9b20c029","patient_id":"R-016","computed_at":"2026-11-22T16:10:14.388455Z","endpoint":"overall_survival","clock_start":"2024-01-17","blood_test":{"accession_number":"R-016","ctc_count":62,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-17T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":">50","label":"more than 50 CTC (2003 report, 41 patients, volume not stated)","rank":4,"of":4,"published":{"statistic":"median","comparator":"=","months":3.8},"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.13910200107549256,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, 'a76da90d803c418abbd7bdaba289f69d', 'R-017', 'R-017', '034b0a9c177be194a6fd29761f8c99fc3b36c738aa25476d227d27dec7537b52', NULL, '2026-11-22 16:10:14.400752+00', '{"prognosis_id":"a76da90d803c418abbd7bdaba289f69d","patient_id":"R-017","computed_at":"2026-11-22T16:10:14.400752Z","endpoint":"overall_survival","clock_start":"2024-01-18","blood_test":{"accession_number":"R-017","ctc_count":95,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-18T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":">50","label":"more than 50 CTC (2003 report, 41 patients, volume not stated)","rank":4,"of":4,"published":{"statistic":"median","comparator":"=","months":3.8},"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.0001008991943059172,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, '2c4d12d5c7584620b1f93927444a5bae', 'R-018', 'R-018', '063f481d0a00c31794246dad1d3a81e32827cdd2c0c8f77349e3ff6fe22e58fb', NULL, '2026-11-22 16:10:14.411352+00', '{"prognosis_id":"2c4d12d5c7584620b1f93927444a5bae","patient_id":"R-018","computed_at":"2026-11-22T16:10:14.411352Z","endpoint":"overall_survival","clock_start":"2024-01-19","blood_test":{"accession_number":"R-018","ctc_count":33,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-19T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":"4-50","label":"4 to 50 CTC (2003 report, 41 patients, volume not stated)","rank":3,"of":4,"published":null,"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.027411842610494504,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, '9b8fd7505a6e462ba8d46a37eafd5574', 'R-019', 'R-019', '6cc3a7da4a1c6311878d2bde4ea52829bc1579ac2632fd5e726e8e373339c821', NULL, '2026-11-22 16:10:14.420555+00', '{"prognosis_id":"9b8fd7505a6e462ba8d46a37eafd5574","patient_id":"R-019","computed_at":"2026-11-22T16:10:14.420555Z","endpoint":"overall_survival","clock_start":"2024-01-20","blood_test":{"accession_number":"R-019","ctc_count":70,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-20T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":">50","label":"more than 50 CTC (2003 report, 41 patients, volume not stated)","rank":4,"of":4,"published":{"statistic":"median","comparator":"=","months":3.8},"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.03761464871600356,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, '939557b5167c4d8dadf0c8d9db311f35', 'R-020', 'R-020', 'ed3a73a95bf9cf1d36242c3c137c47ced42bf1ba98b1680b97f307119e938e4c', NULL, '2026-11-22 16:10:14.430636+00', '{"prognosis_id":"939557b5167c4d8dadf0c8d9db311f35","patient_id":"R-020","computed_at":"2026-11-22T16:10:14.430636Z","endpoint":"overall_survival","clock_start":"2024-01-21","blood_test":{"accession_number":"R-020","ctc_count":12,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-21T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":"4-50","label":"4 to 50 CTC (2003 report, 41 patients, volume not stated)","rank":3,"of":4,"published":null,"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.013693571921880284,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, 'fcb771dc46c74feb9ad2b19fd825e3bb', 'R-021', 'R-021', '967c3a2a35ba78a67b8e52cb7c0fa3b52f4da2f6c518270e6fd87bb317d09100', NULL, '2026-11-22 16:10:14.440006+00', '{"prognosis_id":"fcb771dc46c74feb9ad2b19fd825e3bb","patient_id":"R-021","computed_at":"2026-11-22T16:10:14.440006Z","endpoint":"overall_survival","clock_start":"2024-01-22","blood_test":{"accession_number":"R-021","ctc_count":53,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-22T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":">50","label":"more than 50 CTC (2003 report, 41 patients, volume not stated)","rank":4,"of":4,"published":{"statistic":"median","comparator":"=","months":3.8},"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.40301609334543614,"cautions":["near-cut-off","setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, '3dcb0e80d26e4f4c930feb2c70d95379', 'R-022', 'R-022', '949b2e731f9209b24f4b82081efc43c6f4e3441cfa5bf9aaf4008a7929f33a2d', NULL, '2026-11-22 16:10:14.450247+00', '{"prognosis_id":"3dcb0e80d26e4f4c930feb2c70d95379","patient_id":"R-022","computed_at":"2026-11-22T16:10:14.450247Z","endpoint":"overall_survival","clock_start":"2024-01-23","blood_test":{"accession_number":"R-022","ctc_count":96,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-23T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":">50","label":"more than 50 CTC (2003 report, 41 patients, volume not stated)","rank":4,"of":4,"published":{"statistic":"median","comparator":"=","months":3.8},"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":7.584676802535717e-05,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, '7a4d2765197f4a8ebb0ae5716789be85', 'R-023', 'R-023', 'eff8466ed643f542f171fe285661c50badb3bb322c1ac87912f017d7f10c69e5', NULL, '2026-11-22 16:10:14.460252+00', '{"prognosis_id":"7a4d2765197f4a8ebb0ae5716789be85","patient_id":"R-023","computed_at":"2026-11-22T16:10:14.460252Z","endpoint":"overall_survival","clock_start":"2024-01-24","blood_test":{"accession_number":"R-023","ctc_count":44,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-24T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":"4-50","label":"4 to 50 CTC (2003 report, 41 patients, volume not stated)","rank":3,"of":4,"published":null,"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.25196699235921793,"cautions":["near-cut-off","setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, '745a6d63d2fc42cdb53f45db65b9452e', 'R-024', 'R-024', 'f32067cc94a4969f68a3290e5cb107eaabc7b44baa454e057a0ef4da0d0ae541', NULL, '2026-11-22 16:10:14.469476+00', '{"prognosis_id":"745a6d63d2fc42cdb53f45db65b9452e","patient_id":"R-024","computed_at":"2026-11-22T16:10:14.469476Z","endpoint":"overall_survival","clock_start":"2024-01-25","blood_test":{"accession_number":"R-024","ctc_count":91,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-25T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":">50","label":"more than 50 CTC (2003 report, 41 patients, volume not stated)","rank":4,"of":4,"published":{"statistic":"median","comparator":"=","months":3.8},"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.00030562534473157035,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, '855fdbdd5b16473ab0d7f2a5f49b9a00', 'R-025', 'R-025', 'd63d13e17a5befcd0f4e10819e8a3325a903aa9df1d8ded6d0c7defbf0c1a4fa', NULL, '2026-11-22 16:10:14.47989+00', '{"prognosis_id":"855fdbdd5b16473ab0d7f2a5f49b9a00","patient_id":"R-025","computed_at":"2026-11-22T16:10:14.479890Z","endpoint":"overall_survival","clock_start":"2024-01-26","blood_test":{"accession_number":"R-025","ctc_count":43,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-26T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":"4-50","label":"4 to 50 CTC (2003 report, 41 patients, volume not stated)","rank":3,"of":4,"published":null,"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.21906776790878743,"cautions":["near-cut-off","setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, '0b6c51daa10a4c7188a77c277c1ee958', 'R-026', 'R-026', '9592ab79ec8eb1538e169ec034f0b79abfd692c8a066d9cc07b3c33508ec0db0', NULL, '2026-11-22 16:10:14.48927+00', '{"prognosis_id":"0b6c51daa10a4c7188a77c277c1ee958","patient_id":"R-026","computed_at":"2026-11-22T16:10:14.489270Z","endpoint":"overall_survival","clock_start":"2024-01-27","blood_test":{"accession_number":"R-026","ctc_count":94,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-27T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":">50","label":"more than 50 CTC (2003 report, 41 patients, volume not stated)","rank":4,"of":4,"published":{"statistic":"median","comparator":"=","months":3.8},"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.0001337858844748999,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, 'bbd32aa68e1b49ec9c25e5d87f01cb98', 'R-027', 'R-027', 'beb3a9fcfc0a442f237d23db2d02064e0795e54922822e2405efe82a204f2306', NULL, '2026-11-22 16:10:14.49881+00', '{"prognosis_id":"bbd32aa68e1b49ec9c25e5d87f01cb98","patient_id":"R-027","computed_at":"2026-11-22T16:10:14.498810Z","endpoint":"overall_survival","clock_start":"2024-01-28","blood_test":{"accession_number":"R-027","ctc_count":50,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-28T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":"4-50","label":"4 to 50 CTC (2003 report, 41 patients, volume not stated)","rank":3,"of":4,"published":null,"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.48012748362634833,"cautions":["near-cut-off","setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, '0e3015b56dd546b1b392549dc5354c8f', 'R-028', 'R-028', '88c0e849d2a2527dce7e95e0d883dbf1a86bc5df4710ef1a403481a1b4262252', NULL, '2026-11-22 16:10:14.508105+00', '{"prognosis_id":"0e3015b56dd546b1b392549dc5354c8f","patient_id":"R-028","computed_at":"2026-11-22T16:10:14.508105Z","endpoint":"overall_survival","clock_start":"2024-01-01","blood_test":{"accession_number":"R-028","ctc_count":8,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-01T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":"4-50","label":"4 to 50 CTC (2003 report, 41 patients, volume not stated)","rank":3,"of":4,"published":null,"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.09117206506191462,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, '1768cdaf8fd549088a180d27f84498fa', 'R-029', 'R-029', 'f2f980f7a088e9a498ff5461598f8f25af8d14c920723f956947f48d621e65f7', NULL, '2026-11-22 16:10:14.519506+00', '{"prognosis_id":"1768cdaf8fd549088a180d27f84498fa","patient_id":"R-029","computed_at":"2026-11-22T16:10:14.519506Z","endpoint":"overall_survival","clock_start":"2024-01-02","blood_test":{"accession_number":"R-029","ctc_count":65,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-02T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":">50","label":"more than 50 CTC (2003 report, 41 patients, volume not stated)","rank":4,"of":4,"published":{"statistic":"median","comparator":"=","months":3.8},"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.088508796769204,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, 'ca603f8f0e3f45b59c8d50470764c9e6', 'R-030', 'R-030', '9acb86d28a2a2964d93f7df73ed264adc1f48f466153edd8e5458ff50914a77f', NULL, '2026-11-22 16:10:14.529286+00', '{"prognosis_id":"ca603f8f0e3f45b59c8d50470764c9e6","patient_id":"R-030","computed_at":"2026-11-22T16:10:14.529286Z","endpoint":"overall_survival","clock_start":"2024-01-03","blood_test":{"accession_number":"R-030","ctc_count":27,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-03T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":"4-50","label":"4 to 50 CTC (2003 report, 41 patients, volume not stated)","rank":3,"of":4,"published":null,"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.0036016311079096635,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, 'da5a89a5b4d0440a9fb1a5158670d493', 'R-031', 'R-031', 'e595fd6b327d51163fa97b2341b5243b206771f76d1a2a710c1ad977ca90aea8', NULL, '2026-11-22 16:10:14.538985+00', '{"prognosis_id":"da5a89a5b4d0440a9fb1a5158670d493","patient_id":"R-031","computed_at":"2026-11-22T16:10:14.538985Z","endpoint":"overall_survival","clock_start":"2024-01-04","blood_test":{"accession_number":"R-031","ctc_count":88,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-04T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":">50","label":"more than 50 CTC (2003 report, 41 patients, volume not stated)","rank":4,"of":4,"published":{"statistic":"median","comparator":"=","months":3.8},"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.0006765566271349688,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, 'e09aea739c094359836d3c20b06538e3', 'R-032', 'R-032', 'af56be2c913d33b641b68ee3e3cb0d5c1490766c4e34af80628c22a76d2e5cdf', NULL, '2026-11-22 16:10:14.548251+00', '{"prognosis_id":"e09aea739c094359836d3c20b06538e3","patient_id":"R-032","computed_at":"2026-11-22T16:10:14.548251Z","endpoint":"overall_survival","clock_start":"2024-01-05","blood_test":{"accession_number":"R-032","ctc_count":54,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-05T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":">50","label":"more than 50 CTC (2003 report, 41 patients, volume not stated)","rank":4,"of":4,"published":{"statistic":"median","comparator":"=","months":3.8},"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.3661241235897564,"cautions":["near-cut-off","setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, 'bc5ae7d500bc466e800cd81522caf3fb', 'R-033', 'R-033', '76ef413f94162f08c3ef8460d66926664146a6453f40ab9d59dc4cdf34fb93e5', NULL, '2026-11-22 16:10:14.557619+00', '{"prognosis_id":"bc5ae7d500bc466e800cd81522caf3fb","patient_id":"R-033","computed_at":"2026-11-22T16:10:14.557619Z","endpoint":"overall_survival","clock_start":"2024-01-06","blood_test":{"accession_number":"R-033","ctc_count":22,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-06T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":"4-50","label":"4 to 50 CTC (2003 report, 41 patients, volume not stated)","rank":3,"of":4,"published":null,"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.0004097444427923687,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, '00622c6b9b7047e7b6262618e2927a8c', 'R-034', 'R-034', '0ae2ecc21f6842717e40e17dd3588ff3ac30ae8319d0e8e3f17ef9b3e49c96f0', NULL, '2026-11-22 16:10:14.56717+00', '{"prognosis_id":"00622c6b9b7047e7b6262618e2927a8c","patient_id":"R-034","computed_at":"2026-11-22T16:10:14.567170Z","endpoint":"overall_survival","clock_start":"2024-01-07","blood_test":{"accession_number":"R-034","ctc_count":89,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-07T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":">50","label":"more than 50 CTC (2003 report, 41 patients, volume not stated)","rank":4,"of":4,"published":{"statistic":"median","comparator":"=","months":3.8},"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.0005209828423749558,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, '4837cbbe806a416ab1ad1f3740a56ea4', 'R-041', 'R-041', '55f25f559b13da6b807bd23686441ca480fd50d84a3e8a2617eb970e6f308871', NULL, '2026-11-22 16:10:14.634569+00', '{"prognosis_id":"4837cbbe806a416ab1ad1f3740a56ea4","patient_id":"R-041","computed_at":"2026-11-22T16:10:14.634569Z","endpoint":"overall_survival","clock_start":"2024-01-14","blood_test":{"accession_number":"R-041","ctc_count":32,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-14T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":"4-50","label":"4 to 50 CTC (2003 report, 41 patients, volume not stated)","rank":3,"of":4,"published":null,"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.020508746441577817,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, '25981348445e44baaeb04389c49d989e', 'R-035', 'R-035', '8129c536ca0b8a11788d2a173cd15fd47e0a42f252d2ba8c1502185ababa1ede', NULL, '2026-11-22 16:10:14.577236+00', '{"prognosis_id":"25981348445e44baaeb04389c49d989e","patient_id":"R-035","computed_at":"2026-11-22T16:10:14.577236Z","endpoint":"overall_survival","clock_start":"2024-01-08","blood_test":{"accession_number":"R-035","ctc_count":61,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-08T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":">50","label":"more than 50 CTC (2003 report, 41 patients, volume not stated)","rank":4,"of":4,"published":{"statistic":"median","comparator":"=","months":3.8},"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.16002339435219629,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, '9bb4318004d84c328403616d40a956de', 'R-036', 'R-036', 'a69a19b7cd61083a238f02171c374289e6797016405d55ad89ac62a1abba2a63', NULL, '2026-11-22 16:10:14.587004+00', '{"prognosis_id":"9bb4318004d84c328403616d40a956de","patient_id":"R-036","computed_at":"2026-11-22T16:10:14.587004Z","endpoint":"overall_survival","clock_start":"2024-01-09","blood_test":{"accession_number":"R-036","ctc_count":35,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-09T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":"4-50","label":"4 to 50 CTC (2003 report, 41 patients, volume not stated)","rank":3,"of":4,"published":null,"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.046550786524676584,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, '73e6bb010f264cfa93bcfc519606f7b8', 'R-037', 'R-037', '0515cf599636c54e217b3aa357ad6c4ad5f8e4f94febf25c81d8c2074454da82', NULL, '2026-11-22 16:10:14.596413+00', '{"prognosis_id":"73e6bb010f264cfa93bcfc519606f7b8","patient_id":"R-037","computed_at":"2026-11-22T16:10:14.596413Z","endpoint":"overall_survival","clock_start":"2024-01-10","blood_test":{"accession_number":"R-037","ctc_count":11,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-10T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":"4-50","label":"4 to 50 CTC (2003 report, 41 patients, volume not stated)","rank":3,"of":4,"published":null,"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.022493686947043193,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, '7906bad007b045a4ac054c8b7acf4060', 'R-038', 'R-038', 'bb771a751780f86684f1802fbbc3a287e0fd7b6913a994f43fe3c42f0e77c400', NULL, '2026-11-22 16:10:14.605733+00', '{"prognosis_id":"7906bad007b045a4ac054c8b7acf4060","patient_id":"R-038","computed_at":"2026-11-22T16:10:14.605733Z","endpoint":"overall_survival","clock_start":"2024-01-11","blood_test":{"accession_number":"R-038","ctc_count":86,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-11T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":">50","label":"more than 50 CTC (2003 report, 41 patients, volume not stated)","rank":4,"of":4,"published":{"statistic":"median","comparator":"=","months":3.8},"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.001128420097803215,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, 'b25d957992cd4a6aaaf6a32f32be0716', 'R-039', 'R-039', '0999aac3601c52d8875a28e2c8d45255845042cb4127d02c7a72ab7e5e79db64', NULL, '2026-11-22 16:10:14.615399+00', '{"prognosis_id":"b25d957992cd4a6aaaf6a32f32be0716","patient_id":"R-039","computed_at":"2026-11-22T16:10:14.615399Z","endpoint":"overall_survival","clock_start":"2024-01-12","blood_test":{"accession_number":"R-039","ctc_count":66,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-12T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":">50","label":"more than 50 CTC (2003 report, 41 patients, volume not stated)","rank":4,"of":4,"published":{"statistic":"median","comparator":"=","months":3.8},"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.0753398294984199,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, '3286f864b5274e69bac723203283f153', 'R-040', 'R-040', '86623505607dd9d3e93d2996c0fbfa46ea9b7f5b10681e28414e5be88e09e1d9', NULL, '2026-11-22 16:10:14.624937+00', '{"prognosis_id":"3286f864b5274e69bac723203283f153","patient_id":"R-040","computed_at":"2026-11-22T16:10:14.624937Z","endpoint":"overall_survival","clock_start":"2024-01-13","blood_test":{"accession_number":"R-040","ctc_count":48,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-13T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":"4-50","label":"4 to 50 CTC (2003 report, 41 patients, volume not stated)","rank":3,"of":4,"published":null,"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.4006389234709692,"cautions":["near-cut-off","setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, '31ff2ba073ca46a8af46250f8f725f2e', 'R-042', 'R-042', '8d2f47cd9996e0f234203175af067dd7ec87f85d50d4845f88f68920a5b1186b', NULL, '2026-11-22 16:10:14.643676+00', '{"prognosis_id":"31ff2ba073ca46a8af46250f8f725f2e","patient_id":"R-042","computed_at":"2026-11-22T16:10:14.643676Z","endpoint":"overall_survival","clock_start":"2024-01-15","blood_test":{"accession_number":"R-042","ctc_count":18,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-15T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":"4-50","label":"4 to 50 CTC (2003 report, 41 patients, volume not stated)","rank":3,"of":4,"published":null,"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.0005962767411779062,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, '476f443f8adf4966a95855910849385d', 'R-043', 'R-043', 'b5931ffb4634be00e291cb8881cb2436c04b998e2111b47797db7490f5ced1dd', NULL, '2026-11-22 16:10:14.65287+00', '{"prognosis_id":"476f443f8adf4966a95855910849385d","patient_id":"R-043","computed_at":"2026-11-22T16:10:14.652870Z","endpoint":"overall_survival","clock_start":"2024-01-16","blood_test":{"accession_number":"R-043","ctc_count":6,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-16T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":"4-50","label":"4 to 50 CTC (2003 report, 41 patients, volume not stated)","rank":3,"of":4,"published":null,"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.2096633755587885,"cautions":["near-cut-off","setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, '8d3aef229fe5479994f5e8ecf52f530e', 'R-044', 'R-044', '8d2f1cecf7090ca5bc199be114bff9c4060bc47c31eadced33e2e934a6fb98a3', NULL, '2026-11-22 16:10:14.662344+00', '{"prognosis_id":"8d3aef229fe5479994f5e8ecf52f530e","patient_id":"R-044","computed_at":"2026-11-22T16:10:14.662344Z","endpoint":"overall_survival","clock_start":"2024-01-17","blood_test":{"accession_number":"R-044","ctc_count":93,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-17T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":">50","label":"more than 50 CTC (2003 report, 41 patients, volume not stated)","rank":4,"of":4,"published":{"statistic":"median","comparator":"=","months":3.8},"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.0001768003096786226,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, '840311f024f9490d917c827a32324de0', 'R-045', 'R-045', '6801405a62015307344c95150725aff183bcf5f272a5b4ab3d6da28368d4f30e', NULL, '2026-11-22 16:10:14.681284+00', '{"prognosis_id":"840311f024f9490d917c827a32324de0","patient_id":"R-045","computed_at":"2026-11-22T16:10:14.681284Z","endpoint":"overall_survival","clock_start":"2024-01-18","blood_test":{"accession_number":"R-045","ctc_count":85,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-18T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":">50","label":"more than 50 CTC (2003 report, 41 patients, volume not stated)","rank":4,"of":4,"published":{"statistic":"median","comparator":"=","months":3.8},"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.0014491272995492987,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, 'c2154a077bdb41cb9f315fd85a052d7d', 'R-046', 'R-046', 'e36cb66fca6faf8224eb1293587ad02f60b193d265309c0870c164fa0bf55ef9', NULL, '2026-11-22 16:10:14.693651+00', '{"prognosis_id":"c2154a077bdb41cb9f315fd85a052d7d","patient_id":"R-046","computed_at":"2026-11-22T16:10:14.693651Z","endpoint":"overall_survival","clock_start":"2024-01-19","blood_test":{"accession_number":"R-046","ctc_count":79,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-19T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":">50","label":"more than 50 CTC (2003 report, 41 patients, volume not stated)","rank":4,"of":4,"published":{"statistic":"median","comparator":"=","months":3.8},"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.005984185020976608,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, 'ccb7fab35fa0499db1582b743b54a101', 'R-064', 'R-064', '903976dd893881778b81f3813a106002d067ace0cae2ecaa4a7bb04121a001ee', NULL, '2026-11-22 16:10:14.873008+00', '{"prognosis_id":"ccb7fab35fa0499db1582b743b54a101","patient_id":"R-064","computed_at":"2026-11-22T16:10:14.873008Z","endpoint":"overall_survival","clock_start":"2024-01-09","blood_test":{"accession_number":"R-064","ctc_count":22,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-09T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":"4-50","label":"4 to 50 CTC (2003 report, 41 patients, volume not stated)","rank":3,"of":4,"published":null,"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.0004097444427923687,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, 'c07653ca9aa14e0aa8576afe97e9a8a4', 'R-047', 'R-047', 'f98121ff626b78e27a9a6e0904ce89d7b716302f2256727f5fbc8c0809b27c23', NULL, '2026-11-22 16:10:14.704572+00', '{"prognosis_id":"c07653ca9aa14e0aa8576afe97e9a8a4","patient_id":"R-047","computed_at":"2026-11-22T16:10:14.704572Z","endpoint":"overall_survival","clock_start":"2024-01-20","blood_test":{"accession_number":"R-047","ctc_count":75,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-20T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":">50","label":"more than 50 CTC (2003 report, 41 patients, volume not stated)","rank":4,"of":4,"published":{"statistic":"median","comparator":"=","months":3.8},"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.014170382057673507,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, '5da7d4f82b3b432881a9fc2ed84f4bfd', 'R-048', 'R-048', '03f12316867b3863bb3092e269c42cd899dbd60ddb0f5f829538a7405f8870c5', NULL, '2026-11-22 16:10:14.715294+00', '{"prognosis_id":"5da7d4f82b3b432881a9fc2ed84f4bfd","patient_id":"R-048","computed_at":"2026-11-22T16:10:14.715294Z","endpoint":"overall_survival","clock_start":"2024-01-21","blood_test":{"accession_number":"R-048","ctc_count":73,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-21T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":">50","label":"more than 50 CTC (2003 report, 41 patients, volume not stated)","rank":4,"of":4,"published":{"statistic":"median","comparator":"=","months":3.8},"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.021233198759214637,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, '73901ef0a39d444f9b869df82caaf7a6', 'R-049', 'R-049', '83fb886724399a20d25a15ddb05e80070659920c1cdcd0ba8ec66f487bad99ce', NULL, '2026-11-22 16:10:14.72693+00', '{"prognosis_id":"73901ef0a39d444f9b869df82caaf7a6","patient_id":"R-049","computed_at":"2026-11-22T16:10:14.726930Z","endpoint":"overall_survival","clock_start":"2024-01-22","blood_test":{"accession_number":"R-049","ctc_count":73,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-22T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":">50","label":"more than 50 CTC (2003 report, 41 patients, volume not stated)","rank":4,"of":4,"published":{"statistic":"median","comparator":"=","months":3.8},"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.021233198759214637,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, '8ea971506cfb4ffc90b084e2be432d21', 'R-050', 'R-050', '2ad5c46735d449d0a9659b9629487736304cb025ad04b5b1864a491717f9d44a', NULL, '2026-11-22 16:10:14.739137+00', '{"prognosis_id":"8ea971506cfb4ffc90b084e2be432d21","patient_id":"R-050","computed_at":"2026-11-22T16:10:14.739137Z","endpoint":"overall_survival","clock_start":"2024-01-23","blood_test":{"accession_number":"R-050","ctc_count":75,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-23T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":">50","label":"more than 50 CTC (2003 report, 41 patients, volume not stated)","rank":4,"of":4,"published":{"statistic":"median","comparator":"=","months":3.8},"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.014170382057673507,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, '076bfc33ad114df4a4b70a1018c66ba6', 'R-051', 'R-051', '4db38b47f5bc84ff1a31d5666da4b5d136d565d0416d857d61d6d2b70359db63', NULL, '2026-11-22 16:10:14.750821+00', '{"prognosis_id":"076bfc33ad114df4a4b70a1018c66ba6","patient_id":"R-051","computed_at":"2026-11-22T16:10:14.750821Z","endpoint":"overall_survival","clock_start":"2024-01-24","blood_test":{"accession_number":"R-051","ctc_count":79,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-24T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":">50","label":"more than 50 CTC (2003 report, 41 patients, volume not stated)","rank":4,"of":4,"published":{"statistic":"median","comparator":"=","months":3.8},"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.005984185020976608,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, '8a5b55b2c84a4bc6ad23db0f52ee1fdf', 'R-087', 'R-087', '155f30ec43c6c559f62aeaf5b44e3eadbfda689dd39e44404fe8c63fd48e7698', NULL, '2026-11-22 16:10:15.085758+00', '{"prognosis_id":"8a5b55b2c84a4bc6ad23db0f52ee1fdf","patient_id":"R-087","computed_at":"2026-11-22T16:10:15.085758Z","endpoint":"overall_survival","clock_start":"2024-01-04","blood_test":{"accession_number":"R-087","ctc_count":3,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-04T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":"1-3","label":"1 to 3 CTC (2003 report, 41 patients, volume not stated)","rank":2,"of":4,"published":null,"published_superset":null,"repeat_draw_other_group":0.5117924860362414,"cautions":["near-cut-off","setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":"<5","rank":1,"of":2},{"scheme":"stage-iv-2019","group":"<5","rank":1,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, '4b926ea83ef1487bace620617b24494f', 'R-052', 'R-052', 'f3ccc204eea4c647bf93aa6c77afb01474ff21decee7ed91740e3db4d337f7ee', NULL, '2026-11-22 16:10:14.761912+00', '{"prognosis_id":"4b926ea83ef1487bace620617b24494f","patient_id":"R-052","computed_at":"2026-11-22T16:10:14.761912Z","endpoint":"overall_survival","clock_start":"2024-01-25","blood_test":{"accession_number":"R-052","ctc_count":85,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-25T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":">50","label":"more than 50 CTC (2003 report, 41 patients, volume not stated)","rank":4,"of":4,"published":{"statistic":"median","comparator":"=","months":3.8},"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.0014491272995492987,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, 'c8d5ebd2a8954d4bbce82b424eb39678', 'R-053', 'R-053', '2413512a5c58a52060da319b3e8baeee8bee5410c668a3fcb5b8bce229944426', NULL, '2026-11-22 16:10:14.771291+00', '{"prognosis_id":"c8d5ebd2a8954d4bbce82b424eb39678","patient_id":"R-053","computed_at":"2026-11-22T16:10:14.771291Z","endpoint":"overall_survival","clock_start":"2024-01-26","blood_test":{"accession_number":"R-053","ctc_count":93,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-26T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":">50","label":"more than 50 CTC (2003 report, 41 patients, volume not stated)","rank":4,"of":4,"published":{"statistic":"median","comparator":"=","months":3.8},"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.0001768003096786226,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, '31c6f0cf051540b78398ab57bf628153', 'R-054', 'R-054', '90be4a0b81d3207ac5bacc0f7996ce97181d9b3f46a54b2a80355acf4dfa8314', NULL, '2026-11-22 16:10:14.780248+00', '{"prognosis_id":"31c6f0cf051540b78398ab57bf628153","patient_id":"R-054","computed_at":"2026-11-22T16:10:14.780248Z","endpoint":"overall_survival","clock_start":"2024-01-27","blood_test":{"accession_number":"R-054","ctc_count":6,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-27T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":"4-50","label":"4 to 50 CTC (2003 report, 41 patients, volume not stated)","rank":3,"of":4,"published":null,"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.2096633755587885,"cautions":["near-cut-off","setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, '32dac9fcfb784d90a9a879eaeed04448', 'R-055', 'R-055', '59f7072b6116e8f981f3d43e262ded1131a774324183301096597c812d4e54cc', NULL, '2026-11-22 16:10:14.789825+00', '{"prognosis_id":"32dac9fcfb784d90a9a879eaeed04448","patient_id":"R-055","computed_at":"2026-11-22T16:10:14.789825Z","endpoint":"overall_survival","clock_start":"2024-01-28","blood_test":{"accession_number":"R-055","ctc_count":18,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-28T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":"4-50","label":"4 to 50 CTC (2003 report, 41 patients, volume not stated)","rank":3,"of":4,"published":null,"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.0005962767411779062,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, 'c1e76389048a431fb52d7a4f2016252b', 'R-056', 'R-056', '9820e2e5880a44c2b2bbee0da20e4bb1e01dd6f22ba893ee3864bd5df0f03fa9', NULL, '2026-11-22 16:10:14.799233+00', '{"prognosis_id":"c1e76389048a431fb52d7a4f2016252b","patient_id":"R-056","computed_at":"2026-11-22T16:10:14.799233Z","endpoint":"overall_survival","clock_start":"2024-01-01","blood_test":{"accession_number":"R-056","ctc_count":32,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-01T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":"4-50","label":"4 to 50 CTC (2003 report, 41 patients, volume not stated)","rank":3,"of":4,"published":null,"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.020508746441577817,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, 'f0ead856dfa94cfc95d48f033e771e3b', 'R-057', 'R-057', 'fd3b91c3ed0ee05f2f0e01109cda68902ee913adcb90e156edf1e765cc01e955', NULL, '2026-11-22 16:10:14.808237+00', '{"prognosis_id":"f0ead856dfa94cfc95d48f033e771e3b","patient_id":"R-057","computed_at":"2026-11-22T16:10:14.808237Z","endpoint":"overall_survival","clock_start":"2024-01-02","blood_test":{"accession_number":"R-057","ctc_count":48,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-02T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":"4-50","label":"4 to 50 CTC (2003 report, 41 patients, volume not stated)","rank":3,"of":4,"published":null,"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.4006389234709692,"cautions":["near-cut-off","setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, '05e3f96d88ab44dbb1ec05fa8773cefc', 'R-058', 'R-058', 'd4e5cf4eea592eded8327056f673b98203374418152dfe9482f0571fc950754c', NULL, '2026-11-22 16:10:14.817404+00', '{"prognosis_id":"05e3f96d88ab44dbb1ec05fa8773cefc","patient_id":"R-058","computed_at":"2026-11-22T16:10:14.817404Z","endpoint":"overall_survival","clock_start":"2024-01-03","blood_test":{"accession_number":"R-058","ctc_count":66,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-03T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":">50","label":"more than 50 CTC (2003 report, 41 patients, volume not stated)","rank":4,"of":4,"published":{"statistic":"median","comparator":"=","months":3.8},"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.0753398294984199,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, 'b955ac15c851428bad45be016c728ded', 'R-059', 'R-059', '0fea83589f9d9e87af07887247ad24a4bb8c54cb1c0f2ce67f9208ae44529377', NULL, '2026-11-22 16:10:14.826742+00', '{"prognosis_id":"b955ac15c851428bad45be016c728ded","patient_id":"R-059","computed_at":"2026-11-22T16:10:14.826742Z","endpoint":"overall_survival","clock_start":"2024-01-04","blood_test":{"accession_number":"R-059","ctc_count":86,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-04T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":">50","label":"more than 50 CTC (2003 report, 41 patients, volume not stated)","rank":4,"of":4,"published":{"statistic":"median","comparator":"=","months":3.8},"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.001128420097803215,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, 'f3f68fc9c3434abcb7a98264e2cfafee', 'R-060', 'R-060', 'f192f11be9f6d273e11238f5718d5507f83744ef0d959e0a027708e8b0e08632', NULL, '2026-11-22 16:10:14.836092+00', '{"prognosis_id":"f3f68fc9c3434abcb7a98264e2cfafee","patient_id":"R-060","computed_at":"2026-11-22T16:10:14.836092Z","endpoint":"overall_survival","clock_start":"2024-01-05","blood_test":{"accession_number":"R-060","ctc_count":11,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-05T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":"4-50","label":"4 to 50 CTC (2003 report, 41 patients, volume not stated)","rank":3,"of":4,"published":null,"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.022493686947043193,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, '3eccca7d56d3454aa23d2bbfc568fc22', 'R-061', 'R-061', 'b2fcec9f61df0947bc7843c4526e126db0d16a9f1c381abc98d9d014d2a14056', NULL, '2026-11-22 16:10:14.845128+00', '{"prognosis_id":"3eccca7d56d3454aa23d2bbfc568fc22","patient_id":"R-061","computed_at":"2026-11-22T16:10:14.845128Z","endpoint":"overall_survival","clock_start":"2024-01-06","blood_test":{"accession_number":"R-061","ctc_count":35,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-06T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":"4-50","label":"4 to 50 CTC (2003 report, 41 patients, volume not stated)","rank":3,"of":4,"published":null,"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.046550786524676584,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, '9b945911a83348dc80bcc0ca4cca4d9d', 'R-062', 'R-062', '2a4bb9d083f8588fa87c2eb35a4bf36d654ec6ffaca31cdc46a6abd2bf9ce5f9', NULL, '2026-11-22 16:10:14.854542+00', '{"prognosis_id":"9b945911a83348dc80bcc0ca4cca4d9d","patient_id":"R-062","computed_at":"2026-11-22T16:10:14.854542Z","endpoint":"overall_survival","clock_start":"2024-01-07","blood_test":{"accession_number":"R-062","ctc_count":61,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-07T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":">50","label":"more than 50 CTC (2003 report, 41 patients, volume not stated)","rank":4,"of":4,"published":{"statistic":"median","comparator":"=","months":3.8},"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.16002339435219629,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, 'c91dfd302f0540ff9e12f6887d5b9551', 'R-063', 'R-063', '07938ea7c2adae2464d7026ea25f7dffc94705b9922413c0d66674f84fa0a69c', NULL, '2026-11-22 16:10:14.863739+00', '{"prognosis_id":"c91dfd302f0540ff9e12f6887d5b9551","patient_id":"R-063","computed_at":"2026-11-22T16:10:14.863739Z","endpoint":"overall_survival","clock_start":"2024-01-08","blood_test":{"accession_number":"R-063","ctc_count":89,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-08T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":">50","label":"more than 50 CTC (2003 report, 41 patients, volume not stated)","rank":4,"of":4,"published":{"statistic":"median","comparator":"=","months":3.8},"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.0005209828423749558,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, '24841b2c292146b183ccaf4721c8147a', 'R-065', 'R-065', 'c3bb170cc0db3c22de66b970ba9767922c533d71df95878a7c7e112ac18b8fa5', NULL, '2026-11-22 16:10:14.882678+00', '{"prognosis_id":"24841b2c292146b183ccaf4721c8147a","patient_id":"R-065","computed_at":"2026-11-22T16:10:14.882678Z","endpoint":"overall_survival","clock_start":"2024-01-10","blood_test":{"accession_number":"R-065","ctc_count":54,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-10T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":">50","label":"more than 50 CTC (2003 report, 41 patients, volume not stated)","rank":4,"of":4,"published":{"statistic":"median","comparator":"=","months":3.8},"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.3661241235897564,"cautions":["near-cut-off","setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, '391658b913f34b3c9227108e762a9cb4', 'R-066', 'R-066', '6e1f6ba0240119d6724e144ae418218563fbd25f5c07ff047f46c6855b209f06', NULL, '2026-11-22 16:10:14.89182+00', '{"prognosis_id":"391658b913f34b3c9227108e762a9cb4","patient_id":"R-066","computed_at":"2026-11-22T16:10:14.891820Z","endpoint":"overall_survival","clock_start":"2024-01-11","blood_test":{"accession_number":"R-066","ctc_count":88,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-11T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":">50","label":"more than 50 CTC (2003 report, 41 patients, volume not stated)","rank":4,"of":4,"published":{"statistic":"median","comparator":"=","months":3.8},"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.0006765566271349688,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, 'd8f982ee14724ae293f1db281e7d2308', 'R-067', 'R-067', 'acb1aa6b5ef473557e9b1f555d4bb7fd13e8be4a99ce05d7ac3b8f8366ffc92b', NULL, '2026-11-22 16:10:14.900881+00', '{"prognosis_id":"d8f982ee14724ae293f1db281e7d2308","patient_id":"R-067","computed_at":"2026-11-22T16:10:14.900881Z","endpoint":"overall_survival","clock_start":"2024-01-12","blood_test":{"accession_number":"R-067","ctc_count":27,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-12T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":"4-50","label":"4 to 50 CTC (2003 report, 41 patients, volume not stated)","rank":3,"of":4,"published":null,"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.0036016311079096635,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, '6ca099667edf44e48679d67a25ee7372', 'R-068', 'R-068', 'eed8af508e9b702e9beb2436ece25144126ef3fb5f4158d4e5f027fa838a3ff2', NULL, '2026-11-22 16:10:14.909937+00', '{"prognosis_id":"6ca099667edf44e48679d67a25ee7372","patient_id":"R-068","computed_at":"2026-11-22T16:10:14.909937Z","endpoint":"overall_survival","clock_start":"2024-01-13","blood_test":{"accession_number":"R-068","ctc_count":65,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-13T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":">50","label":"more than 50 CTC (2003 report, 41 patients, volume not stated)","rank":4,"of":4,"published":{"statistic":"median","comparator":"=","months":3.8},"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.088508796769204,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, '253418eac3124a8681076e9ca3b05f53', 'R-069', 'R-069', '58ee78cf996e487d73416a533b25d63d3b1eaf72e9d682d794e420f050a3f7d0', NULL, '2026-11-22 16:10:14.919055+00', '{"prognosis_id":"253418eac3124a8681076e9ca3b05f53","patient_id":"R-069","computed_at":"2026-11-22T16:10:14.919055Z","endpoint":"overall_survival","clock_start":"2024-01-14","blood_test":{"accession_number":"R-069","ctc_count":8,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-14T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":"4-50","label":"4 to 50 CTC (2003 report, 41 patients, volume not stated)","rank":3,"of":4,"published":null,"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.09117206506191462,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, '160fc793868d4f7e84da81a767d00aa1', 'R-070', 'R-070', '7d6c8402cf3a4531f20d278bcf828f8febe660e0d75138e39ebec5cfebf8f790', NULL, '2026-11-22 16:10:14.928457+00', '{"prognosis_id":"160fc793868d4f7e84da81a767d00aa1","patient_id":"R-070","computed_at":"2026-11-22T16:10:14.928457Z","endpoint":"overall_survival","clock_start":"2024-01-15","blood_test":{"accession_number":"R-070","ctc_count":50,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-15T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":"4-50","label":"4 to 50 CTC (2003 report, 41 patients, volume not stated)","rank":3,"of":4,"published":null,"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.48012748362634833,"cautions":["near-cut-off","setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, '8faa693c57034ab3a20ad61e5e9ec5f1', 'R-071', 'R-071', '6282a316cfb5d8ff1267e9940cd27eb673f6eb2e39a1e23377bf7669a51fe4af', NULL, '2026-11-22 16:10:14.938317+00', '{"prognosis_id":"8faa693c57034ab3a20ad61e5e9ec5f1","patient_id":"R-071","computed_at":"2026-11-22T16:10:14.938317Z","endpoint":"overall_survival","clock_start":"2024-01-16","blood_test":{"accession_number":"R-071","ctc_count":94,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-16T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":">50","label":"more than 50 CTC (2003 report, 41 patients, volume not stated)","rank":4,"of":4,"published":{"statistic":"median","comparator":"=","months":3.8},"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.0001337858844748999,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, '704f6c1ff54e4e61b8a5fdda62879ce7', 'R-072', 'R-072', '80284ced3c2c19028dcaff6a68b1ac16d5f453dbf1bb5ce7155c3a9b59629b04', NULL, '2026-11-22 16:10:14.947408+00', '{"prognosis_id":"704f6c1ff54e4e61b8a5fdda62879ce7","patient_id":"R-072","computed_at":"2026-11-22T16:10:14.947408Z","endpoint":"overall_survival","clock_start":"2024-01-17","blood_test":{"accession_number":"R-072","ctc_count":43,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-17T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":"4-50","label":"4 to 50 CTC (2003 report, 41 patients, volume not stated)","rank":3,"of":4,"published":null,"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.21906776790878743,"cautions":["near-cut-off","setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, 'ec1314e1fe244b0790668ed06a48453d', 'R-073', 'R-073', '2e5ba85c85e1da2e15254fddf37e1513398d63969beeb7e962c256fcde87a5d5', NULL, '2026-11-22 16:10:14.956301+00', '{"prognosis_id":"ec1314e1fe244b0790668ed06a48453d","patient_id":"R-073","computed_at":"2026-11-22T16:10:14.956301Z","endpoint":"overall_survival","clock_start":"2024-01-18","blood_test":{"accession_number":"R-073","ctc_count":91,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-18T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":">50","label":"more than 50 CTC (2003 report, 41 patients, volume not stated)","rank":4,"of":4,"published":{"statistic":"median","comparator":"=","months":3.8},"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.00030562534473157035,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, '2bde092fd2d54dfebeca83939bb841d8', 'R-074', 'R-074', '2c326d0ec91a33341f9016fca1a53ac2b1e7641d8d1270beb49944c0d24eb721', NULL, '2026-11-22 16:10:14.966712+00', '{"prognosis_id":"2bde092fd2d54dfebeca83939bb841d8","patient_id":"R-074","computed_at":"2026-11-22T16:10:14.966712Z","endpoint":"overall_survival","clock_start":"2024-01-19","blood_test":{"accession_number":"R-074","ctc_count":44,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-19T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":"4-50","label":"4 to 50 CTC (2003 report, 41 patients, volume not stated)","rank":3,"of":4,"published":null,"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.25196699235921793,"cautions":["near-cut-off","setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, 'b8925c1a41bd4d8b90cd781f01c4076a', 'R-075', 'R-075', 'e129c16486b0f1ba94bb6cd21bd4b195b551f737f6b0f1611331607a178079f4', NULL, '2026-11-22 16:10:14.977135+00', '{"prognosis_id":"b8925c1a41bd4d8b90cd781f01c4076a","patient_id":"R-075","computed_at":"2026-11-22T16:10:14.977135Z","endpoint":"overall_survival","clock_start":"2024-01-20","blood_test":{"accession_number":"R-075","ctc_count":96,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-20T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":">50","label":"more than 50 CTC (2003 report, 41 patients, volume not stated)","rank":4,"of":4,"published":{"statistic":"median","comparator":"=","months":3.8},"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":7.584676802535717e-05,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, 'c409094d50db4e379ec3e656edc8887b', 'R-076', 'R-076', '162efe7db4cf494b2e2b19eda3629f1a125acfcbba110029beb22d70bda65e0c', NULL, '2026-11-22 16:10:14.986547+00', '{"prognosis_id":"c409094d50db4e379ec3e656edc8887b","patient_id":"R-076","computed_at":"2026-11-22T16:10:14.986547Z","endpoint":"overall_survival","clock_start":"2024-01-21","blood_test":{"accession_number":"R-076","ctc_count":53,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-21T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":">50","label":"more than 50 CTC (2003 report, 41 patients, volume not stated)","rank":4,"of":4,"published":{"statistic":"median","comparator":"=","months":3.8},"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.40301609334543614,"cautions":["near-cut-off","setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, 'd47b92b5b2a5410f8c9713c49b0b560a', 'R-077', 'R-077', 'e8e5470d479ca8a87c5e3e4e296e298df90ce0278d373498620dcb5f05edbb5a', NULL, '2026-11-22 16:10:14.995469+00', '{"prognosis_id":"d47b92b5b2a5410f8c9713c49b0b560a","patient_id":"R-077","computed_at":"2026-11-22T16:10:14.995469Z","endpoint":"overall_survival","clock_start":"2024-01-22","blood_test":{"accession_number":"R-077","ctc_count":12,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-22T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":"4-50","label":"4 to 50 CTC (2003 report, 41 patients, volume not stated)","rank":3,"of":4,"published":null,"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.013693571921880284,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, '3fcc32e9d4e848b984209d28cf688cb4', 'R-078', 'R-078', '503cd2911607937a24baef679efc6f7027188c8d849489ee1c8c779f59ecbace', NULL, '2026-11-22 16:10:15.00419+00', '{"prognosis_id":"3fcc32e9d4e848b984209d28cf688cb4","patient_id":"R-078","computed_at":"2026-11-22T16:10:15.004190Z","endpoint":"overall_survival","clock_start":"2024-01-23","blood_test":{"accession_number":"R-078","ctc_count":70,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-23T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":">50","label":"more than 50 CTC (2003 report, 41 patients, volume not stated)","rank":4,"of":4,"published":{"statistic":"median","comparator":"=","months":3.8},"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.03761464871600356,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, 'c6821af6499e4352885224a9bc28f4f1', 'R-079', 'R-079', '8734769a7a40d61d4cd273548af1db5accbfd670d9e0ae629293819a369f1186', NULL, '2026-11-22 16:10:15.013008+00', '{"prognosis_id":"c6821af6499e4352885224a9bc28f4f1","patient_id":"R-079","computed_at":"2026-11-22T16:10:15.013008Z","endpoint":"overall_survival","clock_start":"2024-01-24","blood_test":{"accession_number":"R-079","ctc_count":33,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-24T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":"4-50","label":"4 to 50 CTC (2003 report, 41 patients, volume not stated)","rank":3,"of":4,"published":null,"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.027411842610494504,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, '010c12516820421f8e7835cdaf5d5f71', 'R-080', 'R-080', '9b855190a4d9f321e7a6a6e8efb365c360d1b817d0bf60264865ef0ec4ab0228', NULL, '2026-11-22 16:10:15.022825+00', '{"prognosis_id":"010c12516820421f8e7835cdaf5d5f71","patient_id":"R-080","computed_at":"2026-11-22T16:10:15.022825Z","endpoint":"overall_survival","clock_start":"2024-01-25","blood_test":{"accession_number":"R-080","ctc_count":95,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-25T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":">50","label":"more than 50 CTC (2003 report, 41 patients, volume not stated)","rank":4,"of":4,"published":{"statistic":"median","comparator":"=","months":3.8},"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.0001008991943059172,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, '35b85680d419484d8e02c5a9c4171fbe', 'R-081', 'R-081', '6528d32601eaf5fff41f579b818551610f29c7003ac60ad77343b7674344dea1', NULL, '2026-11-22 16:10:15.031708+00', '{"prognosis_id":"35b85680d419484d8e02c5a9c4171fbe","patient_id":"R-081","computed_at":"2026-11-22T16:10:15.031708Z","endpoint":"overall_survival","clock_start":"2024-01-26","blood_test":{"accession_number":"R-081","ctc_count":62,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-26T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":">50","label":"more than 50 CTC (2003 report, 41 patients, volume not stated)","rank":4,"of":4,"published":{"statistic":"median","comparator":"=","months":3.8},"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.13910200107549256,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, '47aa3df8151c4ea0a8f5444c5b9b1566', 'R-082', 'R-082', 'e27769b67697d7fafbfd2c6b1da9bb007a3e7a04b1359be4e91f5bb35af27c5f', NULL, '2026-11-22 16:10:15.040383+00', '{"prognosis_id":"47aa3df8151c4ea0a8f5444c5b9b1566","patient_id":"R-082","computed_at":"2026-11-22T16:10:15.040383Z","endpoint":"overall_survival","clock_start":"2024-01-27","blood_test":{"accession_number":"R-082","ctc_count":31,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-27T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":"4-50","label":"4 to 50 CTC (2003 report, 41 patients, volume not stated)","rank":3,"of":4,"published":null,"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.015070016795854638,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, '603d0ddd73324d4ab8053192c34e2aa1', 'R-083', 'R-083', 'f683914d385eeb33351777a155c95229772d4dc233342b8ff46f2c36716e2661', NULL, '2026-11-22 16:10:15.049118+00', '{"prognosis_id":"603d0ddd73324d4ab8053192c34e2aa1","patient_id":"R-083","computed_at":"2026-11-22T16:10:15.049118Z","endpoint":"overall_survival","clock_start":"2024-01-28","blood_test":{"accession_number":"R-083","ctc_count":2,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-28T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":"1-3","label":"1 to 3 CTC (2003 report, 41 patients, volume not stated)","rank":2,"of":4,"published":null,"published_superset":null,"repeat_draw_other_group":0.440667487537985,"cautions":["near-cut-off","setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":"<5","rank":1,"of":2},{"scheme":"stage-iv-2019","group":"<5","rank":1,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, 'dc5bc446779b427a8937359b7ebf75b6', 'R-084', 'R-084', 'e8ec3eb1e78af501b4045126875866d18466b5fd7a124559bbe35179f9293ff6', NULL, '2026-11-22 16:10:15.058192+00', '{"prognosis_id":"dc5bc446779b427a8937359b7ebf75b6","patient_id":"R-084","computed_at":"2026-11-22T16:10:15.058192Z","endpoint":"overall_survival","clock_start":"2024-01-01","blood_test":{"accession_number":"R-084","ctc_count":72,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-01T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":">50","label":"more than 50 CTC (2003 report, 41 patients, volume not stated)","rank":4,"of":4,"published":{"statistic":"median","comparator":"=","months":3.8},"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.02581311199116381,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, 'b3b2c60342f44e65b8d16ec6665edec5', 'R-085', 'R-085', '3dca65e726546b4da1f550f3a7e5c3e75dc544c927b1c436f98546da85566728', NULL, '2026-11-22 16:10:15.06735+00', '{"prognosis_id":"b3b2c60342f44e65b8d16ec6665edec5","patient_id":"R-085","computed_at":"2026-11-22T16:10:15.067350Z","endpoint":"overall_survival","clock_start":"2024-01-02","blood_test":{"accession_number":"R-085","ctc_count":47,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-02T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":"4-50","label":"4 to 50 CTC (2003 report, 41 patients, volume not stated)","rank":3,"of":4,"published":null,"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.3615984732364671,"cautions":["near-cut-off","setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, '247436c9e8fe4fd98c27cc0530071686', 'R-086', 'R-086', '31a087de713a5fa39cd09dcdef1f95164e127c780d694838b4f5ff246a24f53a', NULL, '2026-11-22 16:10:15.076652+00', '{"prognosis_id":"247436c9e8fe4fd98c27cc0530071686","patient_id":"R-086","computed_at":"2026-11-22T16:10:15.076652Z","endpoint":"overall_survival","clock_start":"2024-01-03","blood_test":{"accession_number":"R-086","ctc_count":24,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-03T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":"4-50","label":"4 to 50 CTC (2003 report, 41 patients, volume not stated)","rank":3,"of":4,"published":null,"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.0009842516773521384,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, '74e6b490583b4d0a803acc52e29ca549', 'R-088', 'R-088', '80cd1114c72880ecf51ed1f435bcd6dbbeaa4ceda323abf805953e9471310ee7', NULL, '2026-11-22 16:10:15.094899+00', '{"prognosis_id":"74e6b490583b4d0a803acc52e29ca549","patient_id":"R-088","computed_at":"2026-11-22T16:10:15.094899Z","endpoint":"overall_survival","clock_start":"2024-01-05","blood_test":{"accession_number":"R-088","ctc_count":81,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-05T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":">50","label":"more than 50 CTC (2003 report, 41 patients, volume not stated)","rank":4,"of":4,"published":{"statistic":"median","comparator":"=","months":3.8},"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.00379075835831422,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, 'dd47b81c18f6437f986798f0ddd57f4f', 'R-089', 'R-089', 'e20bf00fabc0016ef0a454449f5e05b0bca6f205532d176d81d8d9ac724f5b4f', NULL, '2026-11-22 16:10:15.103758+00', '{"prognosis_id":"dd47b81c18f6437f986798f0ddd57f4f","patient_id":"R-089","computed_at":"2026-11-22T16:10:15.103758Z","endpoint":"overall_survival","clock_start":"2024-01-06","blood_test":{"accession_number":"R-089","ctc_count":64,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-06T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":">50","label":"more than 50 CTC (2003 report, 41 patients, volume not stated)","rank":4,"of":4,"published":{"statistic":"median","comparator":"=","months":3.8},"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.10344502804602453,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"no-model","detail":"No model of overall survival is in use for this setting."}]},"similar_patients":null,"model":null,"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, '8fd1163aaaf34f228339dfff1dfc721e', 'R-090', 'R-090', 'f92a99c3035db0d3188d45a697c8561fefb45bcd9d640687179226aa744d3499', 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', '2026-11-22 16:10:16.50406+00', '{"prognosis_id":"8fd1163aaaf34f228339dfff1dfc721e","patient_id":"R-090","computed_at":"2026-11-22T16:10:16.504060Z","endpoint":"overall_survival","clock_start":"2024-01-07","blood_test":{"accession_number":"R-090","ctc_count":17,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-07T08:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":"4-50","label":"4 to 50 CTC (2003 report, 41 patients, volume not stated)","rank":3,"of":4,"published":null,"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.0009960864921346039,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"qualified","reasons":[{"code":"events-too-few","detail":"events in the training rows: 67; at least 100 asked for. Coefficients and baseline are too uncertain on few events; validation asks for at least 100 (Vergouwe Y et al. J Clin Epidemiol 2005;58:475-83)."},{"code":"horizon-beyond-follow-up","detail":"Left out, with fewer than 10 at risk: 36 months (0 at risk), 60 months (0 at risk)."}],"hazard_ratio":1.0334395535825138,"ci95":[0.8730153914755281,1.223343049088457],"reference":"a hypothetical patient at the cohort''s covariate means","contributions":[{"covariate":"log1p_ctc","value":2.8903717578961645,"mean":3.6056704196318465,"coefficient":-0.045984444105887805,"log_hazard_ratio":0.03289261132960082}],"survival":[{"months":6,"cumulative_hazard":0.18741380519926853,"probability":0.829100579259785,"ci95":[0.7502030558315049,0.9162956151478304],"deaths_per_100":17,"at_risk":75,"repeat_draw_range":[0.8232178273444699,0.8329456091372941],"conditional":null},{"months":12,"cumulative_hazard":0.318716017348411,"probability":0.7270819986648361,"ci95":[0.6329156122130275,0.8352586388792063],"deaths_per_100":27,"at_risk":66,"repeat_draw_range":[0.7183306000003707,0.7328255808375425],"conditional":null},{"months":24,"cumulative_hazard":1.394756146541932,"probability":0.24789347867940428,"ci95":[0.16129178168941036,0.3809938493339295],"deaths_per_100":75,"at_risk":23,"repeat_draw_range":[0.2350989572294987,0.2565780393485861],"conditional":null}],"median_survival":{"status":"reached","months":16.032854209445585,"ci95":[14.028747433264886,18.102669404517453],"lower_bound_months":null},"unused_covariates":[],"similar_patients":{"definition":"same risk group, same line","patients":15,"events":11,"km_12_months":0.6000000000000001}},"similar_patients":null,"model":{"model_id":"sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8","fitted_at":"2026-11-22T16:10:16.468071Z","data_cutoff":"2026-11-22","patients":90,"events":67,"median_follow_up_months":33.87268993839836,"concordance":0.5084224598930481,"concordance_corrected":null,"held_out_o_e_12_months":null,"results_since_fit":0},"use":"prognostic; does not select treatment"}');
INSERT INTO public.prognosis VALUES (1, 'd3744667f93040689e43b18eb66d5ae5', 'R-003', 'R-003', '3a85edae4b67aa95f4ef0c19d0a9144dac148c5886ec74abdec0d9742cf10e3c', 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', '2026-11-22 16:10:16.518692+00', '{"prognosis_id":"d3744667f93040689e43b18eb66d5ae5","patient_id":"R-003","computed_at":"2026-11-22T16:10:16.518692Z","endpoint":"overall_survival","clock_start":"2024-01-04","blood_test":{"accession_number":"R-003","ctc_count":9,"blood_volume_ml":7.5,"assay":"cellsearch","drawn_at":"2024-01-04T09:00:00Z"},"risk_group":{"scheme":"mdacc-2003","group":"4-50","label":"4 to 50 CTC (2003 report, 41 patients, volume not stated)","rank":3,"of":4,"published":null,"published_superset":{"group":">3","statistic":"average, as worded","months":13.6,"source":"University of Texas MD Anderson Cancer Center, news release of 8 April 2003: 41 patients with newly diagnosed metastatic breast cancer as first stated; the same text later says 42."},"repeat_draw_other_group":0.05816670549686805,"cautions":["setting-assumed"]},"other_risk_groups":[{"scheme":"cellsearch-5","group":">=5","rank":2,"of":2},{"scheme":"stage-iv-2019","group":">=5","rank":2,"of":2}],"hazard":{"status":"withheld","reasons":[{"code":"recorded-dead","detail":"The person is recorded dead."}]},"similar_patients":null,"model":{"model_id":"sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8","fitted_at":"2026-11-22T16:10:16.468071Z","data_cutoff":"2026-11-22","patients":90,"events":67,"median_follow_up_months":33.87268993839836,"concordance":0.5084224598930481,"concordance_corrected":null,"held_out_o_e_12_months":null,"results_since_fit":1},"use":"prognostic; does not select treatment"}');


--
-- Data for Name: refit; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.refit VALUES (1, '17596bf34fce430186d70636176f76ad', 'overall_survival', 'metastatic', '{"clock": "draw", "covariates": "auto", "data_cutoff": "2026-11-22", "endpoint": "overall_survival", "penalizer": 0.0, "setting": "metastatic", "strata": []}', 'done', 1, 'sha256:132958695a86cb28117f8b316440aec2dbdc1d459e0475f669de70c043f736f8', NULL, NULL, '2026-11-22 16:10:15.112296+00', '2026-11-22 16:10:16.468071+00', '2026-11-22 16:10:16.468071+00');


--
-- Name: audit_event_sequence_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.audit_event_sequence_seq', 192, true);


--
-- Name: organisation_organisation_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.organisation_organisation_id_seq', 1, true);


--
-- Name: alembic_version alembic_version_pkc; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);


--
-- Name: audit_event pk_audit_event; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.audit_event
    ADD CONSTRAINT pk_audit_event PRIMARY KEY (sequence);


--
-- Name: blood_test pk_blood_test; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.blood_test
    ADD CONSTRAINT pk_blood_test PRIMARY KEY (organisation_id, accession_number, version);


--
-- Name: client pk_client; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.client
    ADD CONSTRAINT pk_client PRIMARY KEY (client_id);


--
-- Name: client_secret pk_client_secret; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.client_secret
    ADD CONSTRAINT pk_client_secret PRIMARY KEY (client_id, secret_hash);


--
-- Name: declared_covariate pk_declared_covariate; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.declared_covariate
    ADD CONSTRAINT pk_declared_covariate PRIMARY KEY (organisation_id, name);


--
-- Name: follow_up pk_follow_up; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.follow_up
    ADD CONSTRAINT pk_follow_up PRIMARY KEY (organisation_id, patient_id, version);


--
-- Name: idempotency_record pk_idempotency_record; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.idempotency_record
    ADD CONSTRAINT pk_idempotency_record PRIMARY KEY (organisation_id, client_id, route, key);


--
-- Name: model pk_model; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.model
    ADD CONSTRAINT pk_model PRIMARY KEY (organisation_id, model_id);


--
-- Name: model_row pk_model_row; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.model_row
    ADD CONSTRAINT pk_model_row PRIMARY KEY (organisation_id, model_id, patient_id);


--
-- Name: observation pk_observation; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.observation
    ADD CONSTRAINT pk_observation PRIMARY KEY (organisation_id, patient_id, version);


--
-- Name: organisation pk_organisation; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.organisation
    ADD CONSTRAINT pk_organisation PRIMARY KEY (organisation_id);


--
-- Name: patient pk_patient; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.patient
    ADD CONSTRAINT pk_patient PRIMARY KEY (organisation_id, patient_id);


--
-- Name: prognosis pk_prognosis; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.prognosis
    ADD CONSTRAINT pk_prognosis PRIMARY KEY (organisation_id, prognosis_id);


--
-- Name: refit pk_refit; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.refit
    ADD CONSTRAINT pk_refit PRIMARY KEY (organisation_id, refit_id);


--
-- Name: organisation uq_organisation_name; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.organisation
    ADD CONSTRAINT uq_organisation_name UNIQUE (name);


--
-- Name: ix_audit_event_organisation_id_sequence; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_audit_event_organisation_id_sequence ON public.audit_event USING btree (organisation_id, sequence);


--
-- Name: ix_blood_test_organisation_id_patient_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_blood_test_organisation_id_patient_id ON public.blood_test USING btree (organisation_id, patient_id);


--
-- Name: ix_blood_test_organisation_id_recorded_at_version; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_blood_test_organisation_id_recorded_at_version ON public.blood_test USING btree (organisation_id, recorded_at, version);


--
-- Name: ix_client_organisation_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_client_organisation_id ON public.client USING btree (organisation_id);


--
-- Name: ix_idempotency_record_organisation_id_patient_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_idempotency_record_organisation_id_patient_id ON public.idempotency_record USING btree (organisation_id, patient_id);


--
-- Name: ix_model_row_organisation_id_patient_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_model_row_organisation_id_patient_id ON public.model_row USING btree (organisation_id, patient_id);


--
-- Name: ix_prognosis_organisation_id_accession_number; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_prognosis_organisation_id_accession_number ON public.prognosis USING btree (organisation_id, accession_number);


--
-- Name: ix_prognosis_organisation_id_patient_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_prognosis_organisation_id_patient_id ON public.prognosis USING btree (organisation_id, patient_id);


--
-- Name: uq_blood_test_current; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX uq_blood_test_current ON public.blood_test USING btree (organisation_id, accession_number) WHERE is_current;


--
-- Name: uq_follow_up_current; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX uq_follow_up_current ON public.follow_up USING btree (organisation_id, patient_id) WHERE is_current;


--
-- Name: uq_model_current; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX uq_model_current ON public.model USING btree (organisation_id, endpoint, setting) WHERE ((status)::text = 'current'::text);


--
-- Name: uq_refit_running; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX uq_refit_running ON public.refit USING btree (organisation_id, endpoint, setting) WHERE ((status)::text = ANY ((ARRAY['queued'::character varying, 'running'::character varying])::text[]));


--
-- Name: blood_test fk_blood_test_organisation; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.blood_test
    ADD CONSTRAINT fk_blood_test_organisation FOREIGN KEY (organisation_id) REFERENCES public.organisation(organisation_id);


--
-- Name: blood_test fk_blood_test_patient; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.blood_test
    ADD CONSTRAINT fk_blood_test_patient FOREIGN KEY (organisation_id, patient_id) REFERENCES public.patient(organisation_id, patient_id);


--
-- Name: client fk_client_organisation; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.client
    ADD CONSTRAINT fk_client_organisation FOREIGN KEY (organisation_id) REFERENCES public.organisation(organisation_id);


--
-- Name: client_secret fk_client_secret_client; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.client_secret
    ADD CONSTRAINT fk_client_secret_client FOREIGN KEY (client_id) REFERENCES public.client(client_id);


--
-- Name: declared_covariate fk_declared_covariate_organisation; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.declared_covariate
    ADD CONSTRAINT fk_declared_covariate_organisation FOREIGN KEY (organisation_id) REFERENCES public.organisation(organisation_id);


--
-- Name: follow_up fk_follow_up_organisation; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.follow_up
    ADD CONSTRAINT fk_follow_up_organisation FOREIGN KEY (organisation_id) REFERENCES public.organisation(organisation_id);


--
-- Name: follow_up fk_follow_up_patient; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.follow_up
    ADD CONSTRAINT fk_follow_up_patient FOREIGN KEY (organisation_id, patient_id) REFERENCES public.patient(organisation_id, patient_id);


--
-- Name: idempotency_record fk_idempotency_record_organisation; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.idempotency_record
    ADD CONSTRAINT fk_idempotency_record_organisation FOREIGN KEY (organisation_id) REFERENCES public.organisation(organisation_id);


--
-- Name: model fk_model_organisation; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.model
    ADD CONSTRAINT fk_model_organisation FOREIGN KEY (organisation_id) REFERENCES public.organisation(organisation_id);


--
-- Name: model_row fk_model_row_model; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.model_row
    ADD CONSTRAINT fk_model_row_model FOREIGN KEY (organisation_id, model_id) REFERENCES public.model(organisation_id, model_id);


--
-- Name: model_row fk_model_row_organisation; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.model_row
    ADD CONSTRAINT fk_model_row_organisation FOREIGN KEY (organisation_id) REFERENCES public.organisation(organisation_id);


--
-- Name: model_row fk_model_row_patient; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.model_row
    ADD CONSTRAINT fk_model_row_patient FOREIGN KEY (organisation_id, patient_id) REFERENCES public.patient(organisation_id, patient_id);


--
-- Name: observation fk_observation_organisation; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.observation
    ADD CONSTRAINT fk_observation_organisation FOREIGN KEY (organisation_id) REFERENCES public.organisation(organisation_id);


--
-- Name: observation fk_observation_patient; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.observation
    ADD CONSTRAINT fk_observation_patient FOREIGN KEY (organisation_id, patient_id) REFERENCES public.patient(organisation_id, patient_id);


--
-- Name: patient fk_patient_organisation; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.patient
    ADD CONSTRAINT fk_patient_organisation FOREIGN KEY (organisation_id) REFERENCES public.organisation(organisation_id);


--
-- Name: prognosis fk_prognosis_organisation; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.prognosis
    ADD CONSTRAINT fk_prognosis_organisation FOREIGN KEY (organisation_id) REFERENCES public.organisation(organisation_id);


--
-- Name: prognosis fk_prognosis_patient; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.prognosis
    ADD CONSTRAINT fk_prognosis_patient FOREIGN KEY (organisation_id, patient_id) REFERENCES public.patient(organisation_id, patient_id);


--
-- Name: refit fk_refit_organisation; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.refit
    ADD CONSTRAINT fk_refit_organisation FOREIGN KEY (organisation_id) REFERENCES public.organisation(organisation_id);


--
-- PostgreSQL database dump complete
--


