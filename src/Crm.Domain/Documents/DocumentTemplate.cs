using Crm.Domain.Common;
using Crm.Domain.Documents.Templating;

namespace Crm.Domain.Documents;

/// <summary>How documents of one kind and language look. Every version stays readable in the log; every member of the tenant sees it.</summary>
public sealed class DocumentTemplate : Record<DocumentTemplate, DocumentTemplateDetails>, IUnrestricted
{
    private DocumentTemplate() { }

    /// <summary>Whether documents of its kind and language are made with it unless another is named. At most one is; with none, the built-in one is used.</summary>
    public bool IsDefault { get; private set; }

    /// <summary>Drafts a new template. Raises <see cref="Created{DocumentTemplate}"/>.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED: no name, no HTML, an unknown language, colour or typeface, a mistake in a variable or block.</exception>
    public static DocumentTemplate Draft(Guid id, DocumentTemplateDetails details)
    {
        var template = new DocumentTemplate { Id = id };
        template.Begin(details);
        return template;
    }

    /// <summary>Makes it the default of its kind and language. Raises <see cref="DocumentTemplateMadeDefault"/>.</summary>
    /// <exception cref="CrmException">INVALID_STATE: it is already.</exception>
    public void MakeDefault()
    {
        if (IsDefault) throw DocumentTemplateErrors.IsDefaultAlready();
        IsDefault = true;
        Raise(new DocumentTemplateMadeDefault(Id));
    }

    /// <summary>Another one has become the default. Raises <see cref="DocumentTemplateSteppedDown"/>.</summary>
    public void StepDown()
    {
        IsDefault = false;
        Raise(new DocumentTemplateSteppedDown(Id));
    }

    /// <inheritdoc/>
    protected override void Guard(DocumentTemplateDetails? before, DocumentTemplateDetails after)
    {
        Require.Text(after.Name, "name");
        Require.Text(after.Html, "html");
        if (!Languages.IsKnown(after.Language)) throw CrmException.Validation("language", $"must be one of {string.Join(", ", Languages.All)}");
        if (!DocumentFonts.All.Contains(after.FontFamily)) throw CrmException.Validation("fontFamily", $"must be one of {string.Join(", ", DocumentFonts.All)}");
        if (!IsColor(after.PrimaryColor)) throw CrmException.Validation("primaryColor", "must be a colour such as #1f4e79");
        if (!IsColor(after.TextColor)) throw CrmException.Validation("textColor", "must be a colour such as #222222");
        foreach (var (member, text) in (IReadOnlyList<(string, string?)>)[("subject", after.Subject), ("header", after.Header), ("html", after.Html), ("footer", after.Footer)])
            if (text is not null) Template.Parse(text, member);
        if (IsDefault && before is not null && (before.Type != after.Type || before.Language != after.Language)) throw DocumentTemplateErrors.DefaultStays();
    }

    /// <summary>Whether this is a colour as templates state it: # and six hexadecimal digits.</summary>
    public static bool IsColor(string text) => text.Length == 7 && text[0] == '#' && text.AsSpan(1).IndexOfAnyExcept("0123456789abcdefABCDEF") < 0;
}

/// <summary>A template has become the default of its kind and language.</summary>
public sealed record DocumentTemplateMadeDefault(Guid Id) : IDomainEvent;

/// <summary>A template is no longer the default: another one is.</summary>
public sealed record DocumentTemplateSteppedDown(Guid Id) : IDomainEvent;

/// <summary>The ways in which templates and documents refuse.</summary>
public static class DocumentTemplateErrors
{
    /// <summary>409: it is the default.</summary>
    public static CrmException IsDefaultAlready() => CrmException.Conflict("INVALID_STATE", "This template is the default of its type and language already.");

    /// <summary>409: what is the default of one kind and language cannot become one of another.</summary>
    public static CrmException DefaultStays() =>
        CrmException.Conflict("INVALID_STATE", "This template is the default of its type and language, which therefore stay. Make another one the default first.");

    /// <summary>422 TEMPLATE_LIMIT_REACHED: making the document takes more than any document needs.</summary>
    public static CrmException LimitReached(string what) =>
        new(ErrorKind.Unprocessable, "TEMPLATE_LIMIT_REACHED", $"The document was not made: {what}.");
}
