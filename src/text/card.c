/* card.c - our own message as the objects that some vendors take instead of a
 * text: contracts/channels.md 3 (post, card), 9 (blocks), 10 (adaptive card). */
#include "base/json.h"
#include "text/builtin_private.h"

/* ---- Feishu --------------------------------------------------------------- */

static void put_tagged(struct json_out *o, const char *tag, const char *key,
                       struct str words)
{
    json_kv(o, "tag", str_of(tag));
    json_kv(o, key, words);
}

static void put_title(struct json_out *o, struct str title)
{
    json_key(o, "title");
    json_object(o);
    put_tagged(o, "plain_text", "content", title);
    json_object_end(o);
}

static void put_buttons(const struct builtin_parts *parts, enum lang l,
                        struct json_out *o)
{
    if (parts->link_count == 0)
        return;
    json_object(o);
    json_kv(o, "tag", STR("action"));
    json_key(o, "actions");
    json_array(o);
    for (size_t i = 0; i < parts->link_count; i++) {
        json_object(o);
        json_kv(o, "tag", STR("button"));
        json_key(o, "text");
        json_object(o);
        put_tagged(o, "plain_text", "content", phrase(l, parts->links[i].words));
        json_object_end(o);
        json_kv(o, "type", i == 0 ? STR("primary") : STR("default"));
        json_kv(o, "url", parts->links[i].url);
        json_object_end(o);
    }
    json_array_end(o);
    json_object_end(o);
}

static void put_feishu_card(const struct builtin_parts *parts, enum lang l,
                            struct json_out *o)
{
    json_object(o);
    json_key(o, "config");
    json_object(o);
    json_kv_bool(o, "wide_screen_mode", true);
    json_object_end(o);
    json_key(o, "header");
    json_object(o);
    put_title(o, parts->title);
    json_kv(o, "template", str_of(parts->look->feishu));
    json_object_end(o);
    json_key(o, "elements");
    json_array(o);
    json_object(o);
    put_tagged(o, "markdown", "content", parts->text);
    json_object_end(o);
    put_buttons(parts, l, o);
    json_array_end(o);
    json_object_end(o);
}

static void put_run(struct json_out *o, struct str words)
{
    json_object(o);
    put_tagged(o, "text", "text", words);
    json_object_end(o);
}

static void put_post_lines(struct str rest, struct json_out *o)
{
    struct str line;

    while (rest.n > 0 && str_cut(&rest, '\n', &line)) {
        json_array(o);
        put_run(o, line);
        json_array_end(o);
        if (rest.p == NULL)
            break;
    }
}

static void put_post_links(const struct builtin_parts *parts, enum lang l,
                           struct json_out *o)
{
    if (parts->link_count == 0)
        return;
    json_array(o);
    for (size_t i = 0; i < parts->link_count; i++) {
        if (i > 0)
            put_run(o, STR(" · "));
        json_object(o);
        put_tagged(o, "a", "text", phrase(l, parts->links[i].words));
        json_kv(o, "href", parts->links[i].url);
        json_object_end(o);
    }
    json_array_end(o);
}

static void put_feishu_post(const struct builtin_parts *parts, enum lang l,
                            struct json_out *o)
{
    json_object(o);
    json_key(o, l == LANG_ZH ? "zh_cn" : "en_us");
    json_object(o);
    json_kv(o, "title", parts->title);
    json_key(o, "content");
    json_array(o);
    put_post_lines(parts->text, o);
    put_post_links(parts, l, o);
    json_array_end(o);
    json_object_end(o);
    json_object_end(o);
}

/* ---- Slack ---------------------------------------------------------------- */

static void put_block(struct json_out *o, const char *block, const char *type,
                      struct str words)
{
    json_object(o);
    json_kv(o, "type", str_of(block));
    json_key(o, "text");
    json_object(o);
    json_kv(o, "type", str_of(type));
    json_kv(o, "text", words);
    json_object_end(o);
    json_object_end(o);
}

/* A section holds 3,000 characters: as many whole lines as that is. */
static void put_sections(struct str text, struct json_out *o)
{
    static const struct room room = { UNIT_UTF16, 3000 };

    while (text.n > 0) {
        struct str piece = markup_fit(MARKUP_SLACK, text, room);

        if (piece.n == 0) /* one link that is longer than a section */
            return;
        for (size_t n = piece.n; piece.n < text.n && n > 0; n--)
            if (piece.p[n - 1] == '\n') {
                piece.n = n;
                break;
            }
        if (str_trim(piece).n > 0)
            put_block(o, "section", "mrkdwn", str_trim(piece));
        text = str_from(text, piece.n);
    }
}

static void put_slack_links(const struct builtin_parts *parts, enum lang l,
                            struct json_out *o)
{
    struct buf b;

    if (parts->link_count == 0)
        return;
    buf_init(&b, BUF_NO_LIMIT);
    for (size_t i = 0; i < parts->link_count; i++) {
        size_t before = b.n;

        buf_z(&b, i > 0 ? " · " : "");
        markup_put_link(&b, MARKUP_SLACK, phrase(l, parts->links[i].words),
                        parts->links[i].url);
        if (measure(UNIT_UTF16, buf_str(&b)) > 3000)
            b.n = before;
    }
    put_sections(buf_str(&b), o);
    buf_fini(&b);
}

static void put_slack(const struct builtin_parts *parts, enum lang l, struct json_out *o)
{
    static const struct room header = { UNIT_UTF16, 150 };

    json_array(o);
    json_object(o);
    json_kv(o, "color", str_of(parts->look->slack));
    json_kv(o, "fallback", parts->title);
    json_key(o, "blocks");
    json_array(o);
    put_block(o, "header", "plain_text", markup_fit(MARKUP_TEXT, parts->title, header));
    put_sections(parts->text, o);
    put_slack_links(parts, l, o);
    json_array_end(o);
    json_object_end(o);
    json_array_end(o);
}

/* ---- Teams ---------------------------------------------------------------- */

static void put_text_block(struct json_out *o, struct str words)
{
    json_object(o);
    json_kv(o, "type", STR("TextBlock"));
    json_kv(o, "text", words);
    json_kv_bool(o, "wrap", true);
    json_object_end(o);
}

static void put_teams_title(const struct builtin_parts *parts, struct json_out *o)
{
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    markup_put(&b, MARKUP_TEAMS, parts->title);
    json_object(o);
    json_kv(o, "type", STR("TextBlock"));
    json_kv(o, "size", STR("Large"));
    json_kv(o, "weight", STR("Bolder"));
    json_kv(o, "color", str_of(parts->look->teams));
    json_kv(o, "text", buf_str(&b));
    json_kv_bool(o, "wrap", true);
    json_object_end(o);
    buf_fini(&b);
}

static void put_teams_actions(const struct builtin_parts *parts, enum lang l,
                              struct json_out *o)
{
    json_key(o, "actions");
    json_array(o);
    for (size_t i = 0; i < parts->link_count; i++) {
        json_object(o);
        json_kv(o, "type", STR("Action.OpenUrl"));
        json_kv(o, "title", phrase(l, parts->links[i].words));
        json_kv(o, "url", parts->links[i].url);
        json_object_end(o);
    }
    json_array_end(o);
}

static void put_teams(const struct builtin_parts *parts, enum lang l, struct json_out *o)
{
    json_object(o);
    json_kv(o, "$schema", STR("http://adaptivecards.io/schemas/adaptive-card.json"));
    json_kv(o, "type", STR("AdaptiveCard"));
    json_kv(o, "version", STR("1.4"));
    json_key(o, "msteams");
    json_object(o);
    json_kv(o, "width", STR("Full"));
    json_object_end(o);
    json_key(o, "body");
    json_array(o);
    put_teams_title(parts, o);
    put_text_block(o, parts->text);
    json_array_end(o);
    put_teams_actions(parts, l, o);
    json_object_end(o);
}

void builtin_put_json(const struct builtin_parts *parts, enum builtin_form form,
                      enum lang l, struct buf *out)
{
    struct json_out o = json_out(out);

    if (form == FORM_FEISHU_CARD)
        put_feishu_card(parts, l, &o);
    else if (form == FORM_FEISHU_POST)
        put_feishu_post(parts, l, &o);
    else if (form == FORM_SLACK_BLOCKS)
        put_slack(parts, l, &o);
    else if (form == FORM_TEAMS)
        put_teams(parts, l, &o);
}
