/** Mail, calendars, chats, meetings, documents, notes, tables, slides, tasks, what is remembered. Written as the tasks are. */
export const officeWords = `
email search list unread : anything_new_in new_mail what_came_in_the_post what_did~write_me
email thread conversation : back_and_forth whole_exchange
email send reply : write_back_to
email vacation responder : away_message i_am_away
email attachment download : what_was_enclosed papers_sent
folder label create email : drawer_for_mails
email mark spam : rubbish
email forward : let~see_this_mail
contact create people : save_the_number
event create : put~down_for block_the_morning block_the_afternoon keep~free
event list : do_i_have_anything what_have_i_got anything_on_today how_busy_is what_is_on_tomorrow
event update attendees : bring~to_the_meeting
availability freebusy : when_can_we_all find_a_time all_have_time everyone_free when_are~free suits_everyone
booking link scheduling event type : let_people_pick_a_time pick_a_time choose_a_time book_me
booking cancel : can't_make_the_appointment
meeting create : video_call online_meeting call_with_video
meeting transcript recording summary : what_was_said_in_the what_did_we_decide what_did_we_agree missed_the_meeting missed_the_call what_did_i_promise
meeting list : calls_this_week
meeting participants : who_was_there who_came
channel list : which_rooms what_rooms
channel create : place_to_talk_about room_for_the
channel members join add : bring~into_the_room let~into_the_room
channel archive : nobody_writes_there dead_room
channel topic set : what_the_room_is_about
message send channel : tell_everyone tell_the_team let_the_team_know let_everyone_know announce~to
message send user direct : write_to~privately privately
message send chat : write~a_line
message edit : typo_in_what_i_wrote wrote_nonsense
message delete : unsend take~back_what_i_wrote
message history list messages : what_is_new_in what_did_the_team anything_i_missed
message search : who_said where_did~say who_wrote_about
message react : say_ok_with
message schedule : send~tomorrow_morning send~later
message pin : everyone_must_see
thread create reply : answer_under
poll create : let_people_vote ask_the_group
user status set presence : show_as_busy
user list members : who_is_in_our
team create : put_people_together
file upload channel : show_the_team_the_file
voicemail : left_a_message
media send chat : send~a_photo send~a_picture send~the_photo
contact list chat search : who_do_i_know
document create : start_a_paper blank_paper new_write-up
document read content : what_does_the_contract what_is_written_in what_stands_in
document append insert text : write_underneath at_the_bottom
document replace text find : everywhere_it_says wherever_it_says instead_of_the_word
document comment list : what_did_reviewers
document comment add : note_in_the_margin remark_on_the
document share permission : let~read let~write~in who_else_can_see who_can_open give~the_right_to_see
document export pdf convert : as_a_pdf print-ready
document style format heading : look_nicer make~bold make~look
document table insert : grid_with_rows
document image insert : put_the_picture put_our_logo
document header footer page : page_numbers bottom_of_every_page top_of_every_page
document merge combine : one_file_out_of stick_together
document template fill : fill_in_the_blanks
pdf merge combine : one_pdf_out_of several_pdfs put~together_into_one
pdf split extract pages : take_pages only_the_first_page pages_out_of
pdf extract text read : what_does_the_pdf scanned
pdf form fill fields : fill_in_the_form
pdf rotate page : upside_down sideways
pdf compress optimize : too_big_to_mail
pdf watermark stamp : confidential_across written_across
pdf sign signature : put_my_name_under
pdf encrypt password protect : only_with_a_password
pdf annotate highlight redact : black_out mark~yellow
ocr text image : read_the_text_in scanned_page text_in_the_picture written_on_the_photo
note create : write_down jot take_a_note
note read : what_did_i_write
note search vault : where_did_i_write did_i_write_anything my_thoughts
note append : add_to_my_notes below_my
note daily periodic journal : diary today's_notes my_day_in_notes
note tags frontmatter : mark_my_notes
note delete : throw_away_the_note
note links backlinks graph : which_notes_mention point_to_this_note
page create : write_an_article
page update : bring~up_to_date out_of_date
page children descendants : below_this_page under_this_page
page history version : who_edited earlier_text how~looked_before
page search : is_there_anything_written did_anyone_write_down where_is~documented do_we_have_a_page
space list : which_areas
attachment upload page : hang~on put_the_file_on
bookmark create save : read~later keep_this_link keep~for_later remember_this_page
bookmark search list : pages_i_saved links_i_saved
highlight list reading : sentences_i_marked passages_i_marked
flashcard card create add note deck : learn~by_heart help_me_learn memorise cards_for_learning vocabulary
deck list card review : what_do_i_have_to_learn what_should_i_learn cards_are_due quiz_me test_me
course assignment list : homework hand_in what_is_due due_for_school for_my_class
grade submission score : marks_did~get how_did~do_in
course enroll student : take_part_in_the_class
spreadsheet create workbook : new_table_of_numbers
sheet create add : another_tab one_more_tab
sheet delete : throw_the_tab
sheet rename : name_of_the_tab
range read values cells : what_is_in_the_cells numbers_in what_stands_in_the_column
range write values cells update : put_the_numbers type~into_the_cells
formula set apply cells : let~add_up add_up_the_column automatically_add work_out_the_total total_at_the_bottom
row insert append : put~at_the_bottom_of_the_table one_more_line
row column delete : take_out_the_column take_out_the_line
cell format range : money_format two_decimals make~red colour_the_cells
cell merge : one_wide_cell
conditional formatting rule : red_when turn~red_if colour~depending highlight_everything_above
data validation dropdown : only_allow choose_from_a_list
pivot table create : group_the_numbers broken_down_by totals_by
chart create sheet : picture_of_the_figures
filter sort range : largest_first alphabetically smallest_first
freeze rows columns : keep_the_header stays_visible
column width resize autofit : too_narrow can't_read_the_column
duplicate rows remove : twice_in_the_table appear_twice
csv import data load : take_in_the_list
csv data query analyze profile : what_is_in_this_data_file
presentation create : prepare_a_talk talk_for_the_board
slide add create : one_more_page_in_the_talk next_page_of_the_talk
slide delete remove : throw_out_page page_of_the_talk
slide text update : wording_on_the
slide text bullet points add : main_points list_of_points
slide image add : picture_on_the put_a_picture
slide table chart add : numbers_on_the
slide notes speaker : what_i_should_say what_to_say
slide layout theme template apply : company_look our_look same_look
slide background : behind_the_text
presentation save export : hand_out keep_the_talk
task create : must_not_forget mustn't_forget somebody_has_to
task complete : that's_done i_have_done have_finished
task list today : what_should_i_do what_is_on_my_list what_do_i_have_to_do what's_next what_comes_next
task update assignee : let~do_it have~do_it
task update due : give~more_time needs_until more_time
task comment : tell_the_others_on
task dependency : first_needs only_after
task search : where_is_the_thing_about
list create tasks : packing_list gift_list
project create : new_undertaking we_are_starting
project members : who_works_on
goal habit track : stick_to_my every_day_for
checklist add item : tick_list step_to_check
board list : which_boards
card create : sticky sticky_note post-it
card move : next_column to_the_right
entity create memory : new_person_to_remember
observations add memory : keep_in_mind_that from_now_on_know you_should_know
relations create memory : is_the_sister_of is_married_to is_a_friend_of
memory search nodes recall : what_do_you_know_about have_i_told did_i_tell_you
memory delete : no_longer_true forget_what_i_said
memory list read graph : everything_i_told everything_you_remember
context save session : carry_on_tomorrow where_we_left_off pick_up_where
translate text : say_this_in what_is~in_german what_is~in_french put~into_plain in_another_language
text summarize : too_long_to_read
grammar spelling check correct text : mistakes_in_my proofread proof-read commas
text diff compare : two_versions_of
text rewrite rephrase improve : sounds_better more_polite friendlier
word dictionary definition synonyms : another_word_for rhymes what_does_the_word
detect language : which_language_is
meeting : meetings
slide presentation : slides deck decks
comment : remarks remark
availability slot : slots
spreadsheet sheet : spreadsheets sheets tabs
document : documents docs paperwork
flashcard card deck : flashcards
survey form response : questionnaires polls
`
