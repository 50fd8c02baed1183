/* go_html_attr.c - what an attribute's value is: text, a URL, a script, a style, or
 * something that decides how the page is read and so takes no value of an alert. */
#include "text/go_html.h"

/* Names of HTML 5 by the kind of their value, each list between blanks. What stands in
 * none is judged by its name below. */
static const struct kind {
    enum html_value value;
    const char *names;
} kinds[] = {
    { VALUE_CSS, " style " },
    { VALUE_HTML, " srcdoc " },
    { VALUE_SRCSET, " srcset " },
    { VALUE_URL, " action archive background cite classid codebase data formaction href "
                 "icon longdesc manifest poster profile src usemap xmlns " },
    { VALUE_UNSAFE,
      " accept-charset async challenge charset content crossorigin defer "
      "enctype form formenctype formmethod formnovalidate http-equiv "
      "keytype language method novalidate pattern rel sandbox type value " },
    { VALUE_PLAIN,
      " accept alt autocomplete autofocus autoplay border checked class cols colspan "
      "contenteditable contextmenu controls coords datetime default dir dirname disabled "
      "draggable dropzone for formtarget headers height hidden high hreflang id ismap "
      "kind "
      "label lang list loop low max maxlength media mediagroup min multiple name open "
      "optimum placeholder preload pubdate radiogroup readonly required reversed rows "
      "rowspan spellcheck scope scoped seamless selected shape size sizes span srclang "
      "start step tabindex target title width wrap " },
};

static bool holds(const char *names, struct str name)
{
    struct str all = str_of(names);
    size_t found;

    for (size_t at = 1; str_find(str_from(all, at), name, &found); at++) {
        at += found;
        if (all.p[at - 1] == ' ' && all.p[at + name.n] == ' ')
            return true;
    }
    return false;
}

enum html_value html_attr_value(struct str name)
{
    const char *colon;

    if (str_starts(name, STR("data-"))) {
        name = str_from(name, 5);
    } else if (name.n > 0 && (colon = memchr(name.p, ':', name.n)) != NULL) {
        size_t n = (size_t)(colon - name.p);

        if (str_is(str_head(name, n), "xmlns"))
            return VALUE_URL;
        name = str_from(name, n + 1);
    }
    if (name.n > 0 && memchr(name.p, ' ', name.n) == NULL)
        for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
            if (holds(kinds[i].names, name))
                return kinds[i].value;
    if (str_starts(name, STR("on")))
        return VALUE_JS;
    if (str_has(name, STR("src")) || str_has(name, STR("uri")) ||
        str_has(name, STR("url")))
        return VALUE_URL;
    return VALUE_PLAIN;
}
